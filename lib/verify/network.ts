import { platform } from '../platform.ts';
import { type Claim, held, notHeld, notProvable, unless } from './claim.ts';
import { judgeOutcomes } from './filesystem.ts';

/** Addresses for documentation (RFC 5737, RFC 3849): nobody has them, so a packet sent by mistake meets nobody. */
export const outside = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;

// EACCES is SELinux, which is asked before the routes are.
const denied = ['ENETUNREACH', 'EACCES'];

export const networkClaims: readonly Claim[] = [
  {
    id: 'egress-ipv4',
    title: 'reaches no address outside by IPv4',
    layer: 'internal network',
    judge: ({ inside: { connections } }) =>
      judgeOutcomes({ [outside.ipv4]: connections[outside.ipv4] ?? 'not tried' }, denied),
  },
  {
    id: 'egress-ipv6',
    title: 'reaches no address outside by IPv6',
    layer: 'internal network',
    judge({ inside: { connections, routes } }) {
      const tried = judgeOutcomes({ [outside.ipv6]: connections[outside.ipv6] ?? 'not tried' }, denied);
      // A router without IPv6 of its own answers as if there were no route: then it only happens to lead nowhere.
      const routed = routes.filter((route) => route.includes('IPv6'));
      return tried.verdict === 'held' ? unless(routed, tried.evidence) : tried;
    },
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
    judge({ inside: { names } }) {
      const evidence = `a question for example.com: ${names}`;
      return ['ECONNREFUSED', 'ETIMEOUT'].includes(names) ? held(evidence) : notHeld(evidence);
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
      return unless(reached, tried.map((entry) => entry.join(': ')).join(', '));
    },
  },
  {
    id: 'published',
    title: 'nothing of it is published but the gateway, where it was declared',
    layer: 'published ports',
    judge({ inside, outside: { published } }) {
      const listening = inside.addresses.join(', ');
      const strange = published.filter((it) => !it.endsWith(`->${platform.published.containerPort}`));
      return unless(
        strange.map((it) => `published: ${it}`),
        `listens on ${listening}; published: ${published.join(', ') || 'nothing'}`,
      );
    },
  },
];

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
