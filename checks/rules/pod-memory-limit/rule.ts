import { labelOf, placeOf } from '../../kube/pod.ts';
import { at, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-memory-limit',
  title: 'a container may take all memory',
  severity: 'warning',
  why: 'One leak or one large request takes the whole machine down, or makes the kernel kill another service.',
  evidence: [
    'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Set resources.limits.memory in every container.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const limit = at(container.tree, 'resources', 'limits', 'memory');
      const value = valueAt(limit);
      if (limit !== undefined && !/^0+([kMGTPE]i?)?$/.test(String(value ?? 0))) continue;
      yield { at: limit?.span ?? placeOf(container), message: `${labelOf(container)} has no memory limit` };
    }
  },
});
