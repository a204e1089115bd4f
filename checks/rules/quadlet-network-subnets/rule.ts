import { all, keySpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-network-subnets',
  title: 'a network has more gateways or ranges than subnets',
  severity: 'error',
  why: 'Each Gateway= and IPRange= belongs to the Subnet= of the same rank; the generator makes no unit where one is left over.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#network-units-network',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Give a Subnet= for each Gateway= and each IPRange=.',
  applies: 'unit',
  generator: true,
  *check(unit) {
    if (unit.type !== 'network') return;
    const subnets = all(unit, 'Network', 'Subnet').length;
    for (const key of ['Gateway', 'IPRange']) {
      const entry = all(unit, 'Network', key)[subnets];
      if (entry) yield { at: keySpan(entry), message: `${key}=${entry.value} has no Subnet=` };
    }
  },
});
