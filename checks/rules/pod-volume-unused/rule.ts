import { short } from '../../kube/pod.ts';
import { mountsOf } from '../../kube/volumes.ts';
import { at, itemsAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-volume-unused',
  title: 'a volume is mounted nowhere',
  severity: 'warning',
  why: 'What was to be kept on it is written into the container and lost with it; or the volume is left over.',
  evidence: [
    'https://kubernetes.io/docs/concepts/storage/volumes/',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Mount it where the service writes, or remove it.',
  applies: 'pod',
  *check(pod) {
    // A raw device is used without a mount, and a merged mapping may bring mounts that are not seen here.
    const isUnknown = pod.containers.some(
      ({ tree }) => at(tree, '<<') !== undefined || at(tree, 'volumeDevices') !== undefined,
    );
    for (const volume of isUnknown ? [] : itemsAt(pod.spec, 'volumes')) {
      const name = textAt(volume, 'name');
      const place = at(volume, 'name');
      if (name === undefined || place === undefined || mountsOf(pod, name).length > 0) continue;
      yield { at: place.span, message: `no container mounts '${short(name)}'` };
    }
  },
});
