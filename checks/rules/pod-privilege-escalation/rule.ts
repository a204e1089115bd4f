import { labelOf, placeOf } from '../../kube/pod.ts';
import { at, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-privilege-escalation',
  title: 'programs in a container can gain privileges',
  severity: 'warning',
  why: 'A setuid program or one with file capabilities in the image makes root of whoever runs it.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    'https://docs.kernel.org/userspace-api/no_new_privs.html',
  ],
  fix: 'Set securityContext.allowPrivilegeEscalation: false in every container.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const place = at(container.tree, 'securityContext', 'allowPrivilegeEscalation');
      if (valueAt(place) === false) continue;
      const message = `setuid programs gain privileges in ${labelOf(container)}`;
      yield { at: place?.span ?? placeOf(container), message };
    }
  },
});
