import { booleanKeys, spelling } from '../../project/keys.ts';
import { unquoted } from '../../project/lookup.ts';
import { booleanOf, keySpan, lastEntry, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-boolean',
  title: 'podman takes a boolean that it does not know for false',
  severity: 'error',
  why: 'It says nothing of it, so a protection that is written down with a typing error is off.',
  evidence: [
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html',
  ],
  fix: 'Write true or false.',
  applies: 'unit',
  *check(unit, { podman }) {
    if (unit.section === undefined) return;
    for (const section of [unit.section, 'Quadlet']) {
      for (const key of booleanKeys(section)) {
        const entry = lastEntry(unit, section, key);
        if (entry === undefined) continue;
        const value = unquoted(entry.value, podman);
        const isWord = key === 'Notify' && /^healthy$/i.test(value);
        if (booleanOf(value) !== undefined || isWord) continue;
        const at = value === '' ? keySpan(entry) : valueSpan(entry);
        const message = `${key}=${value} counts as false: expected true or false`;
        const near = spelling(value.toLowerCase(), ['true', 'false']);
        const isNear = value.length > 3 && near?.sure;
        yield isNear ? { at, message, edit: { at, text: near.text } } : { at, message };
      }
    }
  },
});
