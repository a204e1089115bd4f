import { difference, twinsOf } from '../../project/twins.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'twin-image',
  title: 'a pod and a Quadlet unit run the same service from different images',
  severity: 'warning',
  why: 'Which program runs then depends on how the host starts it; the one that is seldom used stays behind unnoticed.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#image',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Write the same image into both files, or render both from one description.',
  applies: 'project',
  *check(project) {
    for (const { pod, unit } of twinsOf(project)) {
      if (pod.image === undefined || unit.image === undefined) continue;
      // What a .build or .image unit stands for is said there.
      if (/\.(build|image)$|%/.test(unit.image.value)) continue;
      const [here, there] = [tagged(pod.image.value), tagged(unit.image.value)];
      if (here !== there)
        yield { at: pod.image.at, message: difference('the image', here, there, unit.file) };
    }
  },
});

function tagged(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}
