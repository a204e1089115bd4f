import { isIP } from 'node:net';
import { all, isFilledIn, valueSpan } from '../../project/unit.ts';
import { parsePublishedPort } from '../../published-port.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-port-syntax',
  title: 'podman cannot read a port',
  severity: 'error',
  why: 'The generator hands it on unread, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#publishport',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/specgenutil/util.go',
  ],
  fix: 'Write [[IP:]HOST:]CONTAINER[/PROTOCOL] with ports from 1 to 65535, IPv6 in [brackets], ranges of one length.',
  applies: 'unit',
  *check(unit, { podman }) {
    const key = { container: ['PublishPort', 'ExposeHostPort'], pod: ['PublishPort'], kube: ['PublishPort'] };
    const { section, type } = unit;
    if (section === undefined || (type !== 'container' && type !== 'pod' && type !== 'kube')) return;
    for (const entry of key[type].flatMap((name) => all(unit, section, name))) {
      // Before 5.3 the generator itself refuses published ports.
      const isSaid = entry.key === 'PublishPort' && podman.isBefore(5, 3);
      const problem = isSaid || isFilledIn(entry.value) ? undefined : problemOf(entry.value, entry.key);
      if (problem) yield { at: valueSpan(entry), message: `'${entry.value}': ${problem}` };
    }
  },
});

function problemOf(value: string, key: string): string | undefined {
  const port = parsePublishedPort(value);
  if (key === 'ExposeHostPort') {
    const isRead = port !== undefined && !value.includes(':');
    // What does not even end in a port is refused by the generator.
    return isRead || !/\d(\/(tcp|udp))?$/.test(value) ? undefined : 'expected PORT or FIRST-LAST';
  }
  if (port === undefined) return 'expected [[IP:]HOST:]CONTAINER';
  const { address, host, container, protocol } = port;
  if (address !== '' && isIP(address) === 0) return `'${address}' is no IP address`;
  if (host && host[1] - host[0] !== container[1] - container[0]) return 'its ranges differ in length';
  return /^(tcp|udp|sctp)$/.test(protocol) ? undefined : `'${protocol}' is neither tcp, udp nor sctp`;
}
