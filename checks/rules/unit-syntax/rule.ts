import { isDropIn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unit-syntax',
  title: 'a line of a unit file is neither a section, an assignment nor a comment',
  severity: 'error',
  why: 'The Quadlet generator refuses the file and with it all others of the same folder, and all that systemd says of it is "unit not found".',
  evidence: [
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html',
    'https://github.com/containers/podman/blob/v5.4.2/cmd/quadlet/main.go',
  ],
  fix: "Write 'Key=value' below a '[Section]'; begin comments with # on a line of their own; save without a byte order mark.",
  applies: 'project',
  generator: true,
  check: ({ problems }) =>
    problems.filter(({ rule, at }) => rule === 'unit-syntax' && !isDropIn(at.source.path)),
});
