import { last, valueSpan } from '../../project/unit.ts';
import { sectionSpan } from '../../quadlet/section-span.ts';
import { startersOf } from '../../quadlet/starters.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unit-restart',
  title: 'a service that ends is not started again',
  severity: 'warning',
  why: 'A service that crashed stays as it is until somebody comes; for pods Quadlet sets on-failure, for containers and kube units nothing.',
  evidence: [
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Restart=',
    'https://github.com/containers/podman/blob/main/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Set Restart=always or Restart=on-failure in [Service]; set Type=oneshot there if it is to end.',
  applies: 'unit',
  *check(unit, { project }) {
    const { type } = unit;
    if (type !== 'container' && type !== 'kube' && type !== 'pod') return;
    if (last(unit, 'Service', 'Type')?.value === 'oneshot') return;
    const restart = last(unit, 'Service', 'Restart');
    if (restart === undefined) {
      if (type === 'pod' || startersOf(project).isTimed(unit)) return;
      yield { at: sectionSpan(unit, 'Service'), message: 'Restart= is missing in [Service]' };
    } else if (restart.value === 'no') {
      yield { at: valueSpan(restart), message: "expected 'always' or 'on-failure', got 'no'" };
    }
  },
});
