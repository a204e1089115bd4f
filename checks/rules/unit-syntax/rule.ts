import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unit-syntax',
  title: 'a line of a unit file is neither a section, an assignment nor a comment',
  severity: 'error',
  why: 'The Quadlet generator refuses the whole file, and all that systemd says of it is "unit not found".',
  evidence: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html'],
  fix: "Write 'Key=value' below a '[Section]'; begin comments with # on a line of their own.",
  applies: 'project',
  generator: true,
  check: ({ problems }) => problems.filter(({ rule }) => rule === 'unit-syntax'),
});
