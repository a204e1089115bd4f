import { parsePublishedPort } from '../../published-port.ts';
import { option, options } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

/** No address, or one that stands for all. */
const everywhere = /^(|0\.0\.0\.0|::|::0|(0:){7}0)$/;

export const rule = defineRule({
  id: 'published-beyond-loopback',
  title: 'a port is published on every address of the machine',
  severity: 'info',
  why: 'The service answers to the whole network, and rootful podman puts its own firewall rules before those of the machine.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#publishport-ip-hostport-containerport-protocol',
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#publish-p-ip-hostport-containerport-protocol',
  ],
  fix: 'Put the address in front: 127.0.0.1:8080:80, or the one address that is meant.',
  applies: 'unit',
  *check(unit) {
    // The ports of a container in a pod are the pod's.
    if (!['container', 'pod', 'kube'].includes(unit.type)) return;
    if (unit.type === 'container' && option(unit, 'Pod', 'pod')) return;
    for (const { value, at } of options(unit, 'PublishPort', 'publish')) {
      if (everywhere.test(parsePublishedPort(value)?.address ?? 'unknown'))
        yield { at, message: `'${value}' can be reached from the network` };
    }
  },
});
