import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unreadable-file',
  title: 'a file is no text in UTF-8, or too large to be read',
  severity: 'error',
  why: 'Podman and systemd read UTF-8: of UTF-16 or a binary under that name they make nothing, and nothing is checked.',
  evidence: [
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html',
    'https://yaml.org/spec/1.2.2/#52-character-encodings',
  ],
  fix: 'Save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8; give anything that is no text another name.',
  applies: 'project',
  check: ({ problems }) => problems.filter(({ rule }) => rule === 'unreadable-file'),
});
