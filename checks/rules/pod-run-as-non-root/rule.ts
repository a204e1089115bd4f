import { labelOf, placeOf, security } from '../../kube/pod.ts';
import { valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-run-as-non-root',
  title: 'a container runs as root, or as whatever its image says',
  severity: 'warning',
  why: 'A process that is root inside owns every file of the image; podman does not check runAsNonRoot, so only a number makes sure.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Set securityContext.runAsUser and runAsGroup to numbers other than 0.',
  applies: 'pod',
  *check(pod) {
    for (const container of pod.containers) {
      const user = security(pod, container, 'runAsUser');
      const label = labelOf(container);
      if (user !== undefined && valueAt(user) === 0)
        yield { at: user.span, message: `${label} runs as root` };
      // Of runAsNonRoot alone, kube-ignored-protection speaks.
      else if (user === undefined && valueAt(security(pod, container, 'runAsNonRoot')) !== true) {
        yield { at: placeOf(container), message: `${label} has no runAsUser` };
      }
    }
  },
});
