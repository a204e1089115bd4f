import { options } from '../../quadlet/options.ts';
import { podmanArguments } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';

/** What a container sees that shares it with the host. */
const shared: Readonly<Record<string, string>> = {
  cgroupns: 'control groups',
  ipc: 'shared memory',
  network: 'network, with all that listens on loopback',
  pid: 'processes',
  uts: 'name',
};

export const rule = defineRule({
  id: 'container-host-namespace',
  title: 'a container shares a namespace with the host',
  severity: 'error',
  why: "On the host's network every service on 127.0.0.1 is open to it and Internal= means nothing; among the host's processes it reads their environment and sends them signals.",
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#network-mode-net',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  ],
  fix: 'Remove it, and publish the ports that are needed.',
  applies: 'unit',
  *check(unit) {
    if (!['container', 'pod', 'kube'].includes(unit.type)) return;
    const namespaces = podmanArguments(unit).filter(
      ({ flag }) => flag !== 'network' && Object.hasOwn(shared, flag),
    );
    const networks = options(unit, 'Network', 'network').map((network) => ({ ...network, flag: 'network' }));
    for (const { flag, value, at } of [...networks, ...namespaces]) {
      if (value === 'host') yield { at, message: `it shares the host's ${shared[flag]}` };
    }
  },
});
