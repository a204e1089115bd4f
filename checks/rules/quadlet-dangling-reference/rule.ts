import { referencesOf } from '../../project/references.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-dangling-reference',
  title: 'a unit refers to a Quadlet file that is not there',
  severity: 'error',
  why: 'The generator makes no unit from the file that refers to it; older ones make one that never starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Add the file, or name one that exists; systemd finds x@1.volume in x@.volume, the generator does not.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman, project: { unitsByName } }) {
    for (const { name, key, at } of referencesOf(unit, podman)) {
      if (!unitsByName.has(name))
        yield { at, message: `${key}= refers to ${name}, which is not among the files` };
    }
  },
});
