import type { Expression } from '../../parse/cil.ts';
import { defineRule } from '../../rule.ts';
import { declaredTypes } from '../../selinux/cil-names.ts';

export const rule = defineRule({
  id: 'cil-unused-type',
  title: 'a type is declared and never used',
  severity: 'info',
  why: 'It is left over, or its name is misspelt where it was to be used.',
  evidence: ['https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_type_statements.md'],
  fix: 'Remove it, or give it the rules and attributes that it was declared for.',
  applies: 'project',
  *check(project) {
    const counts = new Map<string, number>();
    const count = (items: readonly Expression[]): void => {
      for (const item of items) {
        if (item.type === 'list') count(item.items);
        else {
          const last = item.text.slice(item.text.lastIndexOf('.') + 1);
          counts.set(last, (counts.get(last) ?? 0) + 1);
        }
      }
    };
    for (const { statements } of project.policies) count(statements);
    for (const [, [first]] of declaredTypes(project)) {
      if (first !== undefined && counts.get(first.name) === 1)
        yield { at: first.atom.span, message: `'${first.name.slice(0, 64)}' stands nowhere else` };
    }
  },
});
