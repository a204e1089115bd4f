import { labelOf } from '../../kube/pod.ts';
import { at, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-privileged',
  title: 'a container is privileged',
  severity: 'error',
  why: 'It has every capability and device, and neither seccomp, SELinux nor masks hold it: nearly nothing is left of the container.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#privileged',
  ],
  fix: 'Remove it, and add the one device or capability that the service needs.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const privileged = at(container.tree, 'securityContext', 'privileged');
      if (privileged !== undefined && valueAt(privileged) === true) {
        yield { at: privileged.span, message: `every protection of ${labelOf(container)} is off` };
      }
    }
  },
});
