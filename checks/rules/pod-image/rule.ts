import { isNull, labelOf, placeOf } from '../../kube/pod.ts';
import { at, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-image',
  title: 'a container has no image',
  severity: 'error',
  why: 'Podman refuses the pod, after it has created what stands before the container.',
  evidence: ['https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go'],
  fix: 'Set image to the name of one, with its registry and version.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const image = at(container.tree, 'image');
      if (image !== undefined && !isNull(image) && textAt(image) !== '') continue;
      if (at(container.tree, '<<') !== undefined) continue;
      yield { at: image?.span ?? placeOf(container), message: `${labelOf(container)} has no image` };
    }
  },
});
