import { containerImages } from '../../kube/images.ts';
import { short } from '../../kube/pod.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-image-unqualified',
  title: 'an image is named without its registry',
  severity: 'warning',
  why: 'A short name means what the registries.conf of the machine makes of it: another machine may pull the image of a stranger, or none.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  ],
  fix: 'Write the registry in front, such as docker.io/library/NAME:TAG; images that are built here are localhost/NAME.',
  applies: 'pod',
  *check(pod) {
    for (const image of containerImages(pod)) {
      if (image.registry === undefined)
        yield { at: image.at, message: `'${short(image.text)}' names no registry` };
    }
  },
});
