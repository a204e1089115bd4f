import { imageOf, isLocal } from '../../image/image-name.ts';
import { isOn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'image-tag',
  title: 'an image has no version: it has no tag, or latest',
  severity: 'warning',
  why: 'The next pull may bring another major version, two machines run different programs, and no rollback knows what ran before.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#image-name',
    'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  ],
  fix: 'Name the version that was tried, as a tag or as a digest.',
  applies: 'unit',
  *check(unit) {
    const image = imageOf(unit);
    if (image === undefined || image.digest !== undefined || isLocal(image)) return;
    if (unit.type === 'image' && isOn(unit, 'Image', 'AllTags')) return;
    if (image.tag === undefined)
      yield { at: image.at, message: `'${image.text}' has no tag: it means latest` };
    else if (image.tag === 'latest')
      yield { at: image.at, message: `'${image.text}' is another image every time` };
  },
});
