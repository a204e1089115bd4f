import { capabilityOf, dangerousCapabilities } from '../../capabilities.ts';
import { itemsAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-add-capability',
  title: 'a container gets a capability that reaches beyond it',
  severity: 'error',
  why: 'With these a process changes the kernel, the network or other processes: in a rootful container that is the host.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  fix: 'Remove it, or waive this with the reason why the service cannot do without.',
  applies: 'pod',
  *check({ containers }) {
    for (const { tree } of containers) {
      for (const item of itemsAt(tree, 'securityContext', 'capabilities', 'add')) {
        const name = item.type === 'scalar' ? capabilityOf(String(item.value)) : '';
        const what = dangerousCapabilities.get(name);
        if (what !== undefined) yield { at: item.span, message: `with ${name} it may ${what}` };
      }
    }
  },
});
