import { before } from '../../kube/pod.ts';
import { at, itemsAt, textAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-port-address',
  title: 'a port is published on every address of the machine',
  severity: 'info',
  why: 'The service answers to the whole network, and rootful podman puts its own firewall rules before those of the machine.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#publish-p-ip-hostport-containerport-protocol',
  ],
  fix: 'Set hostIP: 127.0.0.1, or the one address that is meant.',
  applies: 'pod',
  *check({ containers, spec }, { podman }) {
    if (valueAt(spec, 'hostNetwork') === true) return;
    for (const { tree, role } of containers) {
      for (const port of role === 'init' ? [] : itemsAt(tree, 'ports')) {
        const isBound = !/^(|0\.0\.0\.0|::)$/.test(textAt(port, 'hostIP') ?? '');
        const host = valueAt(port, 'hostPort');
        // Before 4.8 a container's port was published even if nobody had asked for it.
        const place = host
          ? at(port, 'hostPort')
          : before(podman, '4.8')
            ? at(port, 'containerPort')
            : undefined;
        if (isBound || place === undefined) continue;
        yield { at: place.span, message: `${valueAt(place)} can be reached from the network` };
      }
    }
  },
});
