import { mountsOf } from '../../project/mounts.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-mount-syntax',
  title: 'a Mount= cannot be taken apart',
  severity: 'error',
  why: 'The generator makes no unit from it; before podman 5.7 a missing source even ends it, and no unit of any file is made.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#mount',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/specgenutilexternal/mount.go',
  ],
  fix: 'Write Mount=type=bind,source=/host,destination=/inside; put quotes around a part that has a comma.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    for (const { text, at, problem } of mountsOf(unit, podman)) {
      if (problem) yield { at, message: `'${text}': ${problem}` };
    }
  },
});
