import { imageOf, isLocal } from '../../image/image-name.ts';
import { isOn, last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'image-digest',
  title: 'an image is named by its tag and not by its digest',
  severity: 'info',
  why: 'Whoever may push to the registry can move a tag to another image; a digest is checked against what arrives.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#image-name',
    'https://kubernetes.io/docs/concepts/containers/images/#image-pinning',
  ],
  fix: 'Write NAME@sha256:DIGEST, as `podman image inspect --format {{.Digest}} NAME` prints it.',
  applies: 'unit',
  *check(unit) {
    const image = imageOf(unit);
    if (image === undefined || image.digest !== undefined || isLocal(image)) return;
    // Without a version, image-tag speaks; and an image that is to update itself cannot have a digest.
    if (image.tag === undefined || image.tag === 'latest') return;
    if (last(unit, 'Container', 'AutoUpdate')?.value === 'registry' || isOn(unit, 'Image', 'AllTags')) return;
    yield { at: image.at, message: `'${image.text}' can become another image` };
  },
});
