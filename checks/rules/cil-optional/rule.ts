import { atomAt, scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import {
  declaredTypes,
  inheritingBlocks,
  inherits,
  isBaseName,
  resolve,
  typeNames,
} from '../../selinux/cil-names.ts';

export const rule = defineRule({
  id: 'cil-optional',
  title: 'an optional block depends on a type that is not known here',
  severity: 'info',
  why: 'Where the type is missing, the block is left out as a whole and in silence: the other rules in it too.',
  evidence: ['https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_container_statements.md'],
  fix: 'Check on the machine with sesearch that its rules are there, and keep to one foreign type in a block.',
  applies: 'project',
  *check(project) {
    const declared = declaredTypes(project);
    const inheriting = inheritingBlocks(project);
    const told = new Set<unknown>();
    for (const scope of project.policies.flatMap(scopesOf)) {
      const { optional } = scope;
      if (optional === undefined || told.has(optional) || inherits(scope, inheriting)) continue;
      const missing = typeNames(scope).find(
        ({ text }) =>
          !isBaseName(text) && !scope.parameters.has(text) && resolve(text, scope, declared) === undefined,
      );
      if (missing === undefined) continue;
      told.add(optional);
      const name = atomAt(optional, 1)?.text.slice(0, 64) ?? '';
      yield {
        at: missing.span,
        message: `without '${missing.text.slice(0, 64)}' all of '${name}' is dropped`,
      };
    }
  },
});
