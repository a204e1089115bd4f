import type { Version } from '../../../lib/version.ts';
import { listForm } from '../../project/keys.ts';
import type { Entry, Unit } from '../../project/unit.ts';
import { placesIn } from '../../quadlet/unit-words.ts';
import { defineRule } from '../../rule.ts';

const passedOn = /^(Exec\w+|Environment|EnvironmentFile|WorkingDirectory)$/;
const known = new Set('aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY%');

export const rule = defineRule({
  id: 'unit-specifier',
  title: 'a percent sign begins a specifier that systemd does not know',
  severity: 'error',
  why: 'Then systemd refuses the whole service ("Failed to resolve unit specifiers: Invalid slot"), also where the sign is part of an address or a date format.',
  evidence: [
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Specifiers',
    'https://github.com/systemd/systemd/issues/36248',
    'https://github.com/systemd/systemd/blob/main/src/shared/specifier.c',
  ],
  fix: 'Write %% for a percent sign.',
  applies: 'unit',
  *check(unit, { podman }) {
    for (const entry of resolvedEntries(unit, podman)) {
      const place = placesIn(entry);
      // Before other characters than these a percent sign is just that.
      for (const { 0: specifier, 1: letter = '', index } of entry.value.matchAll(/%([A-Za-z0-9%])/g)) {
        if (known.has(letter)) continue;
        const at = place(index, index + specifier.length);
        const edit = { at, text: `%${specifier}` };
        // Old systemd knew these three: what was meant is not sure.
        const message = `'${specifier}' is no specifier`;
        yield /[crR]/.test(letter) ? { at, message } : { at, message, edit };
      }
    }
  },
});

/** Entries that count and end in a line of the service where systemd resolves specifiers. */
function resolvedEntries(unit: Unit, podman: Version): Entry[] {
  const byKey = new Map<string, Entry[]>();
  for (const entry of unit.entries) {
    const { section, key, value } = entry;
    const isOwn = section === unit.section && key !== 'ServiceName';
    if (!isOwn && !(section === 'Service' && passedOn.test(key))) continue;
    const replaces = value === '' || (isOwn && listForm(section, key, podman) === undefined);
    const before = replaces ? undefined : byKey.get(`${section} ${key}`);
    if (before) before.push(entry);
    else byKey.set(`${section} ${key}`, [entry]);
  }
  return [...byKey.values()].flat();
}
