import { podmanWords } from '../../parse/podman-words.ts';
import { listForm } from '../../project/keys.ts';
import { partSpan } from '../../project/lookup.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-pair',
  title: 'a word that should be KEY=VALUE has no equals sign',
  severity: 'error',
  why: 'Mostly a value with blanks lacks its quotes: before podman 5.6 the words after the first are dropped, later ones make options of their own.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#environment',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
  ],
  fix: 'Put quotes around the whole of it: Environment="NAME=two words".',
  applies: 'unit',
  *check({ entries, section }, { podman }) {
    if (section === undefined) return;
    for (const entry of entries) {
      if (entry.section !== section || listForm(section, entry.key, podman) !== 'pairs') continue;
      const { words } = podmanWords(entry.value, 'args');
      for (const [index, { text, start, end }] of words.entries()) {
        // From 5.6 on a name alone takes the variable over from the service, or sets an empty label.
        if (text.includes('=') || (!podman.isBefore(5, 6) && index === 0)) continue;
        yield { at: partSpan(entry, start, end), message: `'${text}' is not KEY=VALUE` };
      }
    }
  },
});
