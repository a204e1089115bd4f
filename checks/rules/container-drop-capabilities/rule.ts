import { headSpan } from '../../project/unit.ts';
import { capabilities } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-drop-capabilities',
  title: 'a container keeps capabilities of root',
  severity: 'warning',
  why: 'Without it a process that becomes root inside may change owners, switch users and bind any port; hardly a service needs that.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#dropcapability-capability',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  ],
  fix: 'Set DropCapability=all, and AddCapability= for what the service fails without.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const dropped = capabilities(unit, 'Drop');
    if (dropped.some(({ value }) => value === 'ALL')) return;
    const [first] = dropped;
    if (first === undefined) yield { at: headSpan(unit), message: 'DropCapability=all is missing' };
    else yield { at: first.at, message: "only some are dropped: expected 'all'" };
  },
});
