import { isLocal } from '../../image/image-name.ts';
import { containerImages } from '../../kube/images.ts';
import { short } from '../../kube/pod.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-image-tag',
  title: 'an image has no version: it has no tag, or latest',
  severity: 'warning',
  why: 'The next pull may bring another major version, two machines run different programs, and no rollback knows what ran before.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  ],
  fix: 'Name the version that was tried, as a tag or as a digest.',
  applies: 'pod',
  *check(pod) {
    for (const image of containerImages(pod)) {
      const { at, text, tag, digest } = image;
      if (digest !== undefined || isLocal(image)) continue;
      if (tag === undefined) yield { at, message: `'${short(text)}' has no tag: it means latest` };
      else if (tag === 'latest') yield { at, message: `'${short(text)}' is another image every time` };
    }
  },
});
