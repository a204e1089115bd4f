import { isLocal } from '../../image/image-name.ts';
import { containerImages } from '../../kube/images.ts';
import { objectAnnotations, short } from '../../kube/pod.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-image-digest',
  title: 'an image is named by its tag and not by its digest',
  severity: 'info',
  why: 'Whoever may push to the registry can move a tag to another image; a digest is checked against what arrives.',
  evidence: ['https://kubernetes.io/docs/concepts/containers/images/#image-pinning'],
  fix: 'Write NAME@sha256:DIGEST, as `podman image inspect --format {{.Digest}} NAME` prints it.',
  applies: 'pod',
  *check(pod) {
    const updates = objectAnnotations(pod).some(({ name }) => /^io\.containers\.autoupdate(\/|$)/.test(name));
    for (const image of containerImages(pod)) {
      const { at, text, tag, digest } = image;
      // Without a version pod-image-tag speaks; and an image that updates itself cannot have a digest.
      if (digest !== undefined || isLocal(image) || tag === undefined || tag === 'latest' || updates)
        continue;
      yield { at, message: `'${short(text)}' can become another image` };
    }
  },
});
