import { parseUnit } from '../../../lib/unit-syntax.ts';
import { defineRule } from '../../rule.ts';
import { spanOf } from '../../source.ts';

export const rule = defineRule({
  id: 'quadlet-comment-sign',
  title: 'a comment begins with ; for a podman before 5.4',
  severity: 'error',
  why: 'There it is no comment: the generator refuses the line and with it the file, or takes it for a key.',
  evidence: [
    'https://github.com/containers/podman/blob/v5.3.2/pkg/systemd/parser/unitfile.go',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
  ],
  fix: 'Begin comments with #.',
  applies: 'unit',
  generator: true,
  *check({ section, source, dropIns }, { podman }) {
    if (section === undefined || !podman.isBefore(5, 4)) return;
    for (const file of [source, ...dropIns]) {
      for (const { range } of parseUnit(file.text).comments) {
        if (file.text[range.start] !== ';') continue;
        const sign = spanOf(file, { start: range.start, end: range.start + 1 });
        yield { at: sign, message: 'podman reads this line as a setting', edit: { at: sign, text: '#' } };
      }
    }
  },
});
