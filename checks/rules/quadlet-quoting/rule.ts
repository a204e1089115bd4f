import { podmanWords } from '../../parse/podman-words.ts';
import { listForm } from '../../project/keys.ts';
import { valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-quoting',
  title: 'podman drops a value for its quotes or escapes',
  severity: 'error',
  why: 'It says nothing of it: the variable, option or capability is not there, and the service runs without.',
  evidence: [
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/split.go',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting',
  ],
  fix: 'Write \\\\ for a backslash, and close every quote.',
  applies: 'unit',
  *check({ entries, section }, { podman }) {
    if (section === undefined) return;
    for (const entry of entries) {
      if (entry.section !== section) continue;
      const isCommand = /^(Exec|ReloadCmd)$/.test(entry.key) && section === 'Container';
      const form = isCommand ? 'args' : listForm(section, entry.key, podman);
      if (form === undefined || form === 'line') continue;
      const { words, dropped } = podmanWords(entry.value, form === 'words' ? 'words' : 'args');
      if (dropped === undefined) continue;
      const what = words.length === 0 ? 'it all is dropped' : 'the rest is dropped';
      yield { at: valueSpan(entry), message: `${entry.key}=: ${what}, because ${dropped}` };
    }
  },
});
