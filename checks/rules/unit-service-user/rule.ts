import { isOn, keySpan, last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unit-service-user',
  title: 'a Quadlet unit is to run as another user',
  severity: 'warning',
  why: 'Podman does not support it: the generated service of the system has no session, no runtime folder and no notify socket of that user, and fails in ways that differ by version.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#description',
    'https://github.com/containers/podman/issues/12778',
    'https://github.com/containers/podman/pull/26552',
  ],
  fix: "Put the unit into that user's ~/.config/containers/systemd, or /etc/containers/systemd/users/UID, and let it linger.",
  applies: 'unit',
  *check(unit) {
    if (unit.section === undefined) return;
    for (const key of ['User', 'Group', 'DynamicUser']) {
      const entry = last(unit, 'Service', key);
      if (entry === undefined || (key === 'DynamicUser' && !isOn(unit, 'Service', key))) continue;
      yield { at: keySpan(entry), message: `${key}=${entry.value} in [Service] is not for Quadlet units` };
    }
  },
});
