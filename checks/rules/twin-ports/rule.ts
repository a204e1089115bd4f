import { type Publisher, publishersOf } from '../../project/publishers.ts';
import { difference, listed } from '../../project/twins.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'twin-ports',
  title: 'a pod and a Quadlet pod of the same name publish different ports',
  severity: 'warning',
  why: 'Whoever asks the service finds it or not depending on how the host starts it, or finds more open than was meant.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#publishport',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Publish the same address and ports in both files, or render both from one description.',
  applies: 'project',
  *check(project) {
    const all = publishersOf(project);
    const units = new Map(
      all
        .filter(({ kind, file }) => kind === 'unit' && file.endsWith('.pod'))
        .map((each) => [each.key, each]),
    );
    for (const pod of all) {
      const unit = pod.kind === 'pod' ? units.get(pod.key) : undefined;
      if (unit === undefined) continue;
      const [here, there] = [saidPorts(pod), saidPorts(unit)];
      const at = pod.ports[0]?.at ?? pod.place;
      if (here !== there) yield { at, message: difference('what is published', here, there, unit.file) };
    }
  },
});

function saidPorts({ ports }: Publisher): string {
  return listed(
    ports.map(({ address, host, container, protocol }) => {
      const [from, to] = [host ?? ['any'], container].map((range) =>
        [...new Set<number | string>(range)].join('-'),
      );
      const where = /^(0\.0\.0\.0)?$/.test(address) ? '' : `${address}:`;
      return `${where}${from}:${to}${protocol === 'tcp' ? '' : `/${protocol}`}`;
    }),
  );
}
