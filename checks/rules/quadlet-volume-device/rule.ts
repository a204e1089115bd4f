import { lookup } from '../../project/lookup.ts';
import { keySpan, lastEntry } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-volume-device',
  title: 'a volume has Type= or Options= without Device=',
  severity: 'error',
  why: 'Both say how a device is mounted; the generator makes no unit where there is none.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#volume-units-volume',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Name what is mounted with Device=, tmpfs for Type=tmpfs.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (unit.type !== 'volume' || lookup(unit, 'Volume', 'Driver', podman) === 'image') return;
    if (lookup(unit, 'Volume', 'Device', podman)) return;
    for (const key of podman.isBefore(6, 0) ? ['Type', 'Options'] : ['Type']) {
      const entry = lastEntry(unit, 'Volume', key);
      if (entry && lookup(unit, 'Volume', key, podman)) {
        yield { at: keySpan(entry), message: `${key}=${entry.value} has no Device=` };
      }
    }
  },
});
