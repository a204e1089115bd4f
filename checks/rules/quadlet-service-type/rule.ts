import { lookup } from '../../project/lookup.ts';
import { lastEntry, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

const allowed = { Type: ['notify', 'oneshot'], KillMode: ['mixed', 'control-group'] } as const;

export const rule = defineRule({
  id: 'quadlet-service-type',
  title: 'Type= or KillMode= is one with which podman cannot be run',
  severity: 'error',
  why: 'The generator accepts two of each for containers and kube files, and makes no unit with any other.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#container-units-container',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Leave both out of [Service], or write Type=notify or oneshot and KillMode=mixed or control-group.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (unit.type !== 'container' && unit.type !== 'kube') return;
    for (const key of ['Type', 'KillMode'] as const) {
      const entry = lastEntry(unit, 'Service', key);
      const value = lookup(unit, 'Service', key, podman) ?? '';
      if (entry === undefined || allowed[key].some((each) => each === value)) continue;
      yield { at: valueSpan(entry), message: `${key}=${value}: expected ${allowed[key].join(' or ')}` };
    }
  },
});
