import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-syntax',
  title: 'a line of a Containerfile is no instruction',
  severity: 'error',
  why: "The build stops there; a line that should go on from the one before it lacks that one's backslash.",
  evidence: ['https://github.com/containers/common/blob/main/docs/Containerfile.5.md'],
  fix: 'Begin it with an instruction such as RUN or COPY, or end the line before it with a backslash.',
  applies: 'project',
  check: ({ problems }) => problems.filter(({ rule }) => rule === 'containerfile-syntax'),
});
