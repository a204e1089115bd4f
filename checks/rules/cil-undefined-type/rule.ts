import { scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import {
  declaredTypes,
  inheritingBlocks,
  inherits,
  isBaseName,
  resolve,
  typeNames,
} from '../../selinux/cil-names.ts';
import { didYouMean, suggester } from '../../suggest.ts';
import base from '../../tables/selinux-base.json' with { type: 'json' };

export const rule = defineRule({
  id: 'cil-undefined-type',
  title: 'a CIL statement names a type or attribute that nobody declares',
  severity: 'error',
  why: 'The tool semodule refuses the module when it resolves the name, so that none of its types exist. Known are the types of these files, those of the base policy and those of containers.',
  evidence: [
    'https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_type_statements.md',
    'https://github.com/SELinuxProject/refpolicy/tree/main/policy/modules',
  ],
  fix: 'Declare the type, correct its name, or put what depends on another module into an optional block.',
  applies: 'project',
  *check(project) {
    const declared = declaredTypes(project);
    const inheriting = inheritingBlocks(project);
    const near = suggester([...declared.keys(), ...base.types, ...base.attributes]);
    for (const policy of project.policies) {
      const told = new Set<string>();
      for (const scope of scopesOf(policy)) {
        if (scope.optional || inherits(scope, inheriting)) continue;
        for (const { text, span: at } of typeNames(scope)) {
          // A dotted name may be of a block in another module.
          if (told.has(text) || text.includes('.') || isBaseName(text) || scope.parameters.has(text))
            continue;
          if (resolve(text, scope, declared) !== undefined) continue;
          told.add(text);
          yield { at, message: `'${text.slice(0, 64)}' is not declared${didYouMean(near(text))}` };
        }
      }
    }
  },
});
