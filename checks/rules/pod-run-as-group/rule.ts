import { labelOf, security } from '../../kube/pod.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-run-as-group',
  title: 'a group is set without a user, which makes the user root',
  severity: 'error',
  why: 'Podman writes user 0 in front of the group, so the container runs as root although its image has a user of its own.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://github.com/containers/podman/blob/main/docs/kubernetes_support.md',
  ],
  fix: 'Set runAsUser beside runAsGroup.',
  applies: 'pod',
  *check(pod) {
    for (const container of pod.containers) {
      const group = security(pod, container, 'runAsGroup');
      if (group !== undefined && security(pod, container, 'runAsUser') === undefined) {
        yield { at: group.span, message: `${labelOf(container)} runs as root: runAsUser is missing` };
      }
    }
  },
});
