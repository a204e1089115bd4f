import { defineRule } from '../../rule.ts';
import { declaredTypes } from '../../selinux/cil-names.ts';
import base from '../../tables/selinux-base.json' with { type: 'json' };

const taken = new Set([...base.types, ...base.attributes]);

export const rule = defineRule({
  id: 'cil-duplicate-declaration',
  title: 'a type or attribute is declared twice',
  severity: 'error',
  why: 'The compiler secilc refuses it; semodule joins the two in silence unless multiple-decls is off, so that a type of your own takes on the rules of another, and a name that is both type and attribute is refused by either.',
  evidence: [
    'https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_type_statements.md',
    'https://man7.org/linux/man-pages/man5/semanage.conf.5.html',
  ],
  fix: 'Declare it once, under a name that the base policy does not have.',
  applies: 'project',
  *check(project) {
    for (const [name, list] of declaredTypes(project)) {
      const [first, ...others] = list;
      if (first !== undefined && taken.has(name))
        yield { at: first.atom.span, message: `the base policy declares '${name}' already` };
      for (const { atom } of others)
        yield { at: atom.span, message: `'${name.slice(0, 64)}' is declared before` };
    }
  },
});
