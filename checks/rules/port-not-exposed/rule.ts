import type { Report } from '../../finding.ts';
import { exposedPorts } from '../../project/exposed-ports.ts';
import { publishersOf } from '../../project/publishers.ts';
import { type Service, servicesOf } from '../../project/services.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'port-not-exposed',
  title: 'a port is published that no image behind it exposes',
  severity: 'warning',
  why: 'Nothing listens there as far as the Containerfiles say: the port is open on the host, and asking it fails.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#publish-p-ip-hostport-containerport-protocol',
    'https://github.com/containers/common/blob/main/docs/Containerfile.5.md',
  ],
  fix: 'Publish the port that the service listens on, or add it to EXPOSE.',
  applies: 'project',
  *check(project): Generator<Report> {
    const members = new Map<string, Service[]>();
    for (const service of servicesOf(project)) {
      const key = `${service.kind} ${service.pod === undefined ? `unit ${service.file}` : `pod ${service.pod}`}`;
      members.set(key, members.get(key) ?? []);
      members.get(key)?.push(service);
    }
    for (const { kind, key, ports } of publishersOf(project)) {
      const exposed = exposedPorts(ports.length > 0 ? (members.get(`${kind} ${key}`) ?? []) : [], project);
      if (exposed === undefined) continue;
      for (const { container, at } of ports) {
        if (exposed.some(({ first, last }) => first <= container[0] && container[1] <= last)) continue;
        const list = exposed.map(({ text }) => text).join(', ');
        yield {
          at,
          message: `port ${[...new Set(container)].join('-')} is not among those exposed: ${list}`,
        };
      }
    }
  },
});
