import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'yaml-syntax',
  title: 'a file is no valid YAML',
  severity: 'error',
  why: 'Podman refuses the whole file, with all its pods, before it creates any of them.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://yaml.org/spec/1.2.2/',
  ],
  fix: 'Mend the line: mostly an indentation, a missing space behind a colon, or a quote that is never closed.',
  applies: 'project',
  check: ({ problems }) => problems.filter(({ rule }) => rule === 'yaml-syntax'),
});
