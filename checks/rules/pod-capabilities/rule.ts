import { capabilityOf } from '../../capabilities.ts';
import { labelOf, placeOf } from '../../kube/pod.ts';
import { at, itemsAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-capabilities',
  title: 'a container keeps capabilities of root',
  severity: 'warning',
  why: 'Without it a process that becomes root inside may change owners, switch users and bind any port; hardly a service needs that.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  fix: 'Set securityContext.capabilities.drop to a list with ALL, and add what the service fails without.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const path = ['securityContext', 'capabilities', 'drop'] as const;
      const dropped = itemsAt(container.tree, ...path);
      if (dropped.some((item) => item.type === 'scalar' && capabilityOf(String(item.value)) === 'ALL'))
        continue;
      const place = at(container.tree, ...path);
      const message = `${labelOf(container)} does not drop ALL`;
      yield { at: place?.span ?? placeOf(container), message };
    }
  },
});
