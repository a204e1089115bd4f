import { unquoted } from '../../project/lookup.ts';
import { lastEntry, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-volume-owner',
  title: 'the owner of a volume is not a number',
  severity: 'error',
  why: 'Podman takes what is not a number for 0 without a word, and the volume belongs to root.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#volume-units-volume',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
  ],
  fix: 'Write the number of the user or group.',
  applies: 'unit',
  *check(unit, { podman }) {
    if (unit.type !== 'volume') return;
    for (const key of ['User', 'Group']) {
      const entry = lastEntry(unit, 'Volume', key);
      const value = unquoted(entry?.value ?? '', podman);
      // root is 0.
      if (entry && value !== '' && value !== 'root' && !/^\+?(0x[0-9a-f]+|\d+)$/i.test(value))
        yield { at: valueSpan(entry), message: `${key}=${value} counts as 0` };
    }
  },
});
