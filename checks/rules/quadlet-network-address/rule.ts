import { isIP } from 'node:net';
import { all, isFilledIn, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

const expected = {
  Subnet: ['a subnet such as 10.89.0.0/24', isSubnet],
  Gateway: ['an IP address', isAddress],
  IPRange: ['a subnet, or FIRST-LAST', isRange],
  IP: ['an IPv4 address', (text: string) => isIP(text) === 4],
  IP6: ['an IPv6 address', (text: string) => isIP(text) === 6],
} as const;

export const rule = defineRule({
  id: 'quadlet-network-address',
  title: 'an address or subnet is none',
  severity: 'error',
  why: 'The generator hands it on unread, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#network-units-network',
    'https://github.com/containers/podman/blob/v5.4.2/cmd/podman/networks/create.go',
  ],
  fix: 'Write Subnet=10.89.0.0/24, Gateway=10.89.0.1, IPRange=10.89.0.128/25, IP=10.89.0.5.',
  applies: 'unit',
  *check(unit) {
    if (unit.section === undefined || !/^(network|container|pod)$/.test(unit.type)) return;
    for (const key of unit.type === 'network'
      ? (['Subnet', 'Gateway', 'IPRange'] as const)
      : (['IP', 'IP6'] as const)) {
      const [form, test] = expected[key];
      for (const entry of all(unit, unit.section, key)) {
        const value = entry.value.replace(/^"(.*)"$/, '$1');
        if (isFilledIn(value) || test(value)) continue;
        yield { at: valueSpan(entry), message: `${key}=${value}: expected ${form}` };
      }
    }
  },
});

function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

function isSubnet(text: string): boolean {
  const [, address = '', length = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(length) <= (version === 4 ? 32 : 128);
}

function isRange(text: string): boolean {
  const [first = '', last, ...more] = text.split('-');
  return last === undefined ? isSubnet(text) : isAddress(first) && isAddress(last) && more.length === 0;
}
