import { imageOf } from '../../image/image-name.ts';
import { last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'image-unqualified',
  title: 'an image is named without its registry',
  severity: 'warning',
  why: 'A short name means what the registries.conf of the machine makes of it: another machine may pull the image of a stranger, or none.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#image-name',
    'https://github.com/containers/podman/blob/main/cmd/quadlet/main.go',
  ],
  fix: 'Write the registry in front, such as docker.io/library/NAME:TAG; images that are built here are localhost/NAME.',
  applies: 'unit',
  *check(unit) {
    const image = imageOf(unit);
    // Podman refuses a short name that is to update itself: auto-update says so.
    if (last(unit, 'Container', 'AutoUpdate')?.value === 'registry') return;
    if (image !== undefined && image.registry === undefined) {
      yield { at: image.at, message: `'${image.text}' names no registry` };
    }
  },
});
