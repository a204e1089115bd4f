import { listForm, quadletKeys } from '../../project/keys.ts';
import { type Entry, keySpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';
import { positionOf } from '../../source.ts';

export const rule = defineRule({
  id: 'quadlet-repeated-key',
  title: 'a key of one value is given twice in a file',
  severity: 'warning',
  why: 'Podman takes the last one without a word; who reads the first is misled.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
  ],
  fix: 'Keep one of them. A drop-in may replace the value of a file.',
  applies: 'unit',
  *check({ entries, section }, { podman }) {
    if (section === undefined) return;
    const before = new Map<string, Entry>();
    for (const entry of entries) {
      const isOne = quadletKeys(section).has(entry.key) && listForm(section, entry.key, podman) === undefined;
      if (entry.section !== section || !isOne) continue;
      const first = before.get(entry.key);
      before.set(entry.key, entry);
      if (first === undefined || first.source !== entry.source || first.value === entry.value) continue;
      const { line } = positionOf(first.source, first.keyRange.start);
      yield { at: keySpan(entry), message: `${entry.key}=${first.value} in line ${line} is replaced here` };
    }
  },
});
