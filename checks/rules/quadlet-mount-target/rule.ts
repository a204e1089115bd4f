import { mountsOf } from '../../project/mounts.ts';
import { isFilledIn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-mount-target',
  title: 'a Mount= is of no type that podman knows, or leads nowhere',
  severity: 'error',
  why: 'The generator hands it on, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#mount-type-type-type-specific-option',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/specgenutil/volumes.go',
  ],
  fix: 'Write type=bind, volume, tmpfs, image or another type of podman-run(1), and destination=/PATH/INSIDE.',
  applies: 'unit',
  *check(unit, { podman }) {
    for (const { text, at, problem, type, options } of mountsOf(unit, podman)) {
      if (problem !== undefined || isFilledIn(text)) continue;
      const target = options.find((option) => /^(target|dst|dest|destination)=/.test(option));
      const path = target?.replace(/^\w+=/, '');
      if (!/^(bind|volume|tmpfs|ramfs|devpts|image|glob|artifact)$/.test(type))
        yield { at, message: `'${type}' is no type of mount` };
      else if (path === undefined && type !== 'glob') yield { at, message: `'${text}' has no destination=` };
      else if (path !== undefined && !path.startsWith('/'))
        yield { at, message: `'${path}' is no absolute path in the container` };
    }
  },
});
