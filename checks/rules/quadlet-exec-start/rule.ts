import { all, keySpan, last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-exec-start',
  title: 'a Quadlet unit brings its own ExecStart=',
  severity: 'error',
  why: 'The generator adds its own beside it, and systemd refuses a service with two unless it is of Type=oneshot.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#description',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#ExecStart=',
  ],
  fix: 'Say what runs with Exec= in [Container], and what runs before it with ExecStartPre=.',
  applies: 'unit',
  *check(unit) {
    const isOneshot = last(unit, 'Service', 'Type')?.value === 'oneshot' && unit.type !== 'pod';
    if (!/^(container|kube|pod)$/.test(unit.type) || isOneshot) return;
    for (const entry of all(unit, 'Service', 'ExecStart'))
      yield { at: keySpan(entry), message: 'the service will have two ExecStart=' };
  },
});
