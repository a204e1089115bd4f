import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'cil-syntax',
  title: 'brackets or quotes of a CIL file do not match',
  severity: 'error',
  why: 'The whole module is refused by secilc and semodule, so no type of it exists.',
  evidence: ['https://github.com/SELinuxProject/selinux/tree/main/secilc/docs'],
  fix: 'Close every ( and every " where it should end.',
  applies: 'project',
  check: ({ problems }) => problems.filter(({ rule }) => rule === 'cil-syntax'),
});
