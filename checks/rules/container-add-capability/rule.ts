import { dangerousCapabilities } from '../../capabilities.ts';
import { capabilities } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-add-capability',
  title: 'a container gets a capability that reaches beyond it',
  severity: 'error',
  why: 'With these a process changes the kernel, the network or other processes: in a rootful container that is the host.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#addcapability-capability',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  fix: 'Remove it, or waive this with the reason why the service cannot do without.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const { value, at } of capabilities(unit, 'Add')) {
      const what = dangerousCapabilities.get(value);
      if (what !== undefined) yield { at, message: `with ${value} it may ${what}` };
    }
  },
});
