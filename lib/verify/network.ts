import { platform } from '../platform.ts';
import { type Claim, held, notHeld, notProvable, unless } from './claim.ts';
import { judgeOutcomes } from './filesystem.ts';
import type { Inside } from './observation.ts';
import { addressesOf } from './published.ts';

/** Addresses for documentation (RFC 5737, RFC 3849): nobody has them, so a packet sent by mistake meets nobody. */
export const outside = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;

// EACCES is SELinux, which is asked before the routes are.
// Without IPv6 in the kernel there is no such address family.
const denied = ['ENETUNREACH', 'EACCES', 'EAFNOSUPPORT'];

export const networkClaims: readonly Claim[] = [
  {
    id: 'egress-ipv4',
    title: 'reaches no address outside by IPv4',
    layer: 'internal network',
    judge: ({ inside }) => judgeEgress(inside, outside.ipv4, (route) => !route.includes('IPv6')),
  },
  {
    id: 'egress-ipv6',
    title: 'reaches no address outside by IPv6',
    layer: 'internal network',
    judge: ({ inside }) => judgeEgress(inside, outside.ipv6, (route) => route.includes('IPv6')),
  },
  {
    id: 'no-route',
    title: 'has no route that leads out',
    layer: 'internal network',
    judge: ({ inside: { routes } }) => unless(routes, 'no default route'),
  },
  {
    id: 'no-name-server',
    title: 'cannot ask for names, a way out by questions',
    layer: 'network without name server',
    judge({ inside: { names, routes } }) {
      const evidence = `a question for example.com: ${names}`;
      // Silence may be a slow answer, where there is a way to one.
      const silent = names === 'ETIMEOUT' && routes.length === 0;
      return names === 'ECONNREFUSED' || silent ? held(evidence) : notHeld(evidence);
    },
  },
  {
    id: 'host-loopback',
    title: "cannot reach what listens on the host's loopback",
    layer: 'internal network',
    judge({ inside: { connections } }) {
      const tried = Object.entries(connections).filter(([name]) => name.startsWith('host '));
      const reached = tried
        .filter(([, outcome]) => outcome === 'connected')
        .map(([name]) => `${name}: connected`);
      if (tried.length === 0) return notHeld('nothing was tried');
      return unless(reached, tried.map((entry) => entry.join(': ')).join(', '));
    },
  },
  {
    id: 'published',
    title: 'nothing of it is published but the gateway, where it was declared',
    layer: 'published ports',
    judge({ inside, outside: { published }, declared: { bind } }) {
      const listening = inside.addresses.join(', ');
      const addresses = bind === undefined ? [] : addressesOf(bind);
      const isGateway = (it: string) =>
        addresses.some((address) => it.startsWith(`${address}:`)) &&
        it.endsWith(`->${platform.published.containerPort}`);
      const strange = published.filter((it) => !isGateway(it)).map((it) => `published: ${it}`);
      const unseen = bind !== undefined && !published.some(isGateway);
      return unless(
        [...strange, ...(unseen ? ['the gateway was not seen to listen'] : [])],
        `listens on ${listening}; published: ${published.join(', ') || 'nothing'}`,
      );
    },
  },
];

/**
 * Denied, and without a route: SELinux is asked before the routes are, and a router that knows no way answers as if
 * there were none.
 */
function judgeEgress(
  { connections, routes }: Inside,
  address: string,
  isOfFamily: (route: string) => boolean,
) {
  const tried = judgeOutcomes({ [address]: connections[address] ?? 'not tried' }, denied);
  return tried.verdict === 'held' ? unless(routes.filter(isOfFamily), tried.evidence) : tried;
}

/** What only SELinux keeps a service from: the network is the pod's, shared by all. */
export const portClaims: readonly Claim[] = [
  {
    id: 'binds-own-port',
    title: 'can listen on no port but its own',
    layer: 'SELinux',
    judge: ({ host, inside }) =>
      host.selinux === 'enforcing'
        ? judgeOutcomes(inside.binds, ['EACCES'])
        : notProvable('SELinux is not enforcing here'),
  },
  {
    id: 'connects-where-needed',
    title: "reaches no other service's port that it does not need",
    layer: 'SELinux',
    judge({ host, inside: { connections } }) {
      if (host.selinux !== 'enforcing') return notProvable('SELinux is not enforcing here');
      const needless = Object.entries(connections).filter(([name]) => name.startsWith('port '));
      return judgeOutcomes(Object.fromEntries(needless), ['EACCES']);
    },
  },
];
