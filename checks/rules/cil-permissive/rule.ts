import { atomAt, scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'cil-permissive',
  title: 'a type is permissive',
  severity: 'error',
  why: 'SELinux writes down what the type may not do and lets it happen: the container has no SELinux confinement at all.',
  evidence: ['https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_type_statements.md'],
  fix: 'Remove typepermissive once the log has shown what the type needs, and allow just that.',
  applies: 'policy',
  *check(policy) {
    for (const { word, statement } of scopesOf(policy)) {
      if (word !== 'typepermissive') continue;
      yield {
        at: statement.span,
        message: `'${atomAt(statement, 1)?.text.slice(0, 64) ?? ''}' is denied nothing`,
      };
    }
  },
});
