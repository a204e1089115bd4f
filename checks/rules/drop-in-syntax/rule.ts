import { isDropIn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'drop-in-syntax',
  title: 'a line of a drop-in is neither a section, an assignment nor a comment',
  severity: 'error',
  why: 'The Quadlet generator makes the unit without the whole drop-in, and so without all that it was to add.',
  evidence: ['https://github.com/containers/podman/blob/v5.4.2/cmd/quadlet/main.go'],
  fix: "Write 'Key=value' below a '[Section]'; begin comments with # on a line of their own.",
  applies: 'project',
  check: ({ problems }) =>
    problems.filter(({ rule, at }) => rule === 'unit-syntax' && isDropIn(at.source.path)),
});
