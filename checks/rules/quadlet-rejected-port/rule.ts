import { splitPorts } from '../../project/ports.ts';
import { all, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

/** podman's own pattern: it looks at how a value ends, not at how it begins. */
const accepted = /\d(?:-\d+)?(?:\/udp|\/tcp)?$/;

export const rule = defineRule({
  id: 'quadlet-rejected-port',
  title: 'a port is none that the generator accepts',
  severity: 'error',
  why: 'The generator makes no unit from it. It knows tcp and udp here, sctp only in PublishPort=.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#exposehostport',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Write a port or a range, with /udp where it is not TCP: 8080, 7000-7010/udp.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (unit.section === undefined) return;
    for (const entry of unit.type === 'container' ? all(unit, 'Container', 'ExposeHostPort') : []) {
      if (!accepted.test(entry.value)) yield { at: valueSpan(entry), message: `'${entry.value}' is no port` };
    }
    if (!podman.isBefore(5, 3) || !/^(container|pod|kube)$/.test(unit.type)) return;
    for (const entry of all(unit, unit.section, 'PublishPort')) {
      const parts = splitPorts(entry.value);
      const ports = parts.slice(-2).filter((port) => port !== '');
      if (parts.length <= 3 && ports.every((port) => accepted.test(port))) continue;
      yield { at: valueSpan(entry), message: `'${entry.value}' is no [[IP:]HOST:]CONTAINER port` };
    }
  },
});
