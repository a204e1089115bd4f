import { atomAt, scopesOf, wordsIn } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import {
  attributesOf,
  containerTypes,
  declaredTypes,
  inheritingBlocks,
  inherits,
  resolve,
} from '../../selinux/cil-names.ts';

export const rule = defineRule({
  id: 'cil-role',
  title: "a container's type is not open to the role system_r",
  severity: 'error',
  why: 'Podman starts containers as system_u:system_r:TYPE; without roletype that is no valid context, and the container does not start.',
  evidence: [
    'https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_role_statements.md',
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/modules/services/container.te',
  ],
  fix: 'Add (roletype system_r TYPE).',
  applies: 'project',
  *check(project) {
    const declared = declaredTypes(project);
    const attributes = attributesOf(project);
    const inheriting = inheritingBlocks(project);
    const open = new Set<string>();
    for (const scope of project.policies.flatMap(scopesOf)) {
      const role = atomAt(scope.statement, 1)?.text ?? '';
      // The base policy gives its attributes of roles, container_roles among them, to system_r.
      if (scope.word !== 'roletype' || !/^(system_r|container_roles)$/.test(role)) continue;
      for (const { text } of wordsIn(scope.statement.items[2]))
        open.add(resolve(text, scope, declared) ?? text);
    }
    const containers = containerTypes(project);
    for (const [name, [first]] of declared) {
      if (first?.kind !== 'type' || !containers.has(name) || inherits(first.scope, inheriting)) continue;
      if (open.has(name) || [...(attributes.get(name) ?? [])].some((each) => open.has(each))) continue;
      yield { at: first.atom.span, message: `'${name}' lacks (roletype system_r ${first.name})` };
    }
  },
});
