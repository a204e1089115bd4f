import { at, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-share-process-namespace',
  title: "a pod's containers see each other's processes",
  severity: 'info',
  why: 'Whoever breaks into one container reads the environment and files of the others through /proc, and can stop them.',
  evidence: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Remove it, unless one container has to watch another.',
  applies: 'pod',
  *check({ spec }) {
    const place = at(spec, 'shareProcessNamespace');
    if (place !== undefined && valueAt(place) === true) {
      yield { at: place.span, message: 'every container can reach into the others' };
    }
  },
});
