import { labelOf } from '../../kube/pod.ts';
import { at, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-proc-mount',
  title: 'paths of the kernel that podman hides are open again',
  severity: 'error',
  why: 'Behind the masks lie the memory of the kernel, its keys and switches such as /proc/sysrq-trigger.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Remove procMount.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const place = at(container.tree, 'securityContext', 'procMount');
      if (place !== undefined && textAt(place) === 'Unmasked') {
        yield { at: place.span, message: `nothing of /proc and /sys is hidden from ${labelOf(container)}` };
      }
    }
  },
});
