import { isOn, last, type Unit } from '../../project/unit.ts';
import { sectionSpan } from '../../quadlet/section-span.ts';
import { isEnabled, startersOf } from '../../quadlet/starters.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unit-install',
  title: 'nothing starts a unit when the machine boots',
  severity: 'warning',
  why: 'After the next reboot the service is not there; systemctl enable does not work on units that a generator makes.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#enabling-unit-files'],
  fix: 'Add [Install] with WantedBy=default.target, or let another unit want it.',
  applies: 'unit',
  *check(unit, { project }) {
    if (!['container', 'pod', 'kube'].includes(unit.type) || unit.stem.endsWith('@')) return;
    if (isEnabled(unit) || startsWithPod(unit) || startersOf(project).isStarted(unit)) return;
    yield {
      at: sectionSpan(unit, 'Install'),
      message: 'no [Install] with WantedBy=, and no other unit wants it',
    };
  },
});

function startsWithPod(unit: Unit): boolean {
  if (last(unit, 'Container', 'Pod') === undefined) return false;
  return last(unit, 'Container', 'StartWithPod') === undefined || isOn(unit, 'Container', 'StartWithPod');
}
