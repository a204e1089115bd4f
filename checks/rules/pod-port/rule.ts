import { isIP } from 'node:net';
import type { Report } from '../../finding.ts';
import { labelOf } from '../../kube/pod.ts';
import { at, itemsAt, keyAt, type Tree, textAt, valueAt } from '../../parse/tree.ts';
import type { Container } from '../../project/kube.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-port',
  title: 'a port cannot be published as it is written',
  severity: 'error',
  why: 'Podman keeps the lower 16 bits of a number that is too large, so another port opens; two mappings of one port, or any on the network of the host, are refused.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://github.com/containers/podman/blob/main/pkg/specgen/pod_validate.go',
    'https://github.com/containers/podman/pull/28964',
  ],
  fix: 'Use each host port once, with a number from 1 to 65535, and none with hostNetwork.',
  applies: 'pod',
  *check({ containers, spec }) {
    const used = new Map<string, string>();
    for (const container of containers) {
      yield* namedPorts(container);
      for (const port of itemsAt(container.tree, 'ports')) {
        for (const key of ['containerPort', 'hostPort']) yield* outOfRange(port, key);
        const host = valueAt(port, 'hostPort');
        const place = at(port, 'hostPort');
        const ip = textAt(port, 'hostIP');
        if (ip !== undefined && ip !== '' && isIP(ip) === 0) {
          yield { at: (at(port, 'hostIP') ?? port).span, message: `'${ip.slice(0, 60)}' is no address` };
        }
        // Ports of init containers are not published at all: kube-init-container says so.
        if (place === undefined || typeof host !== 'number' || host === 0 || container.role === 'init')
          continue;
        if (valueAt(spec, 'hostNetwork') === true)
          yield { at: place.span, message: 'podman refuses it beside hostNetwork' };
        const mapping = `${ip ?? ''} ${host}/${(textAt(port, 'protocol') ?? 'tcp').toLowerCase()}`.trim();
        const other = used.get(mapping);
        if (other !== undefined)
          yield { at: place.span, message: `${mapping} is published for ${other} already` };
        used.set(mapping, labelOf(container));
      }
    }
  },
});

function* outOfRange(port: Tree, key: string): Generator<Report> {
  const number = valueAt(port, key);
  const place = at(port, key);
  if (place === undefined || typeof number !== 'number' || !Number.isInteger(number)) return;
  // 0 is as good as nothing.
  if (number >= 0 && number <= 65_535) return;
  const wrapped = ((number % 65_536) + 65_536) % 65_536;
  yield { at: place.span, message: `expected 1 to 65535, got ${number}: podman takes ${wrapped}` };
}

function* namedPorts(container: Container): Generator<Report> {
  const names = new Set(itemsAt(container.tree, 'ports').map((port) => textAt(port, 'name')));
  for (const probe of ['livenessProbe', 'startupProbe']) {
    for (const handler of ['httpGet', 'tcpSocket']) {
      const name = textAt(container.tree, probe, handler, 'port');
      if (name === undefined || names.has(name) || /^\d+$/.test(name)) continue;
      const place =
        at(container.tree, probe, handler, 'port') ?? keyAt(container.tree, probe) ?? container.tree;
      yield { at: place.span, message: `no port of ${labelOf(container)} is called '${name.slice(0, 60)}'` };
    }
  }
}
