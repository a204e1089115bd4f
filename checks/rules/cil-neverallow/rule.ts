import { atomAt, scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import { accessIn, namedAccess, overlap } from '../../selinux/access-vector.ts';
import { declaredTypes, resolve } from '../../selinux/cil-names.ts';
import { confines, dangers } from '../../selinux/container-access.ts';

export const rule = defineRule({
  id: 'cil-neverallow',
  title: 'a policy allows a container what no container is to have',
  severity: 'error',
  why: 'Such a permission leads out of the container: to the kernel, to disks, to the policy itself or to processes that are not confined. SELinux is the last wall, and each of these is a door in it.',
  evidence: [
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/modules/kernel/kernel.te',
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/modules/services/container.te',
  ],
  fix: 'Remove the permission; where a service needs it, let a service on the host do that work.',
  applies: 'project',
  *check(project) {
    const scopes = project.policies.flatMap(scopesOf);
    const named = namedAccess(scopes);
    const declared = declaredTypes(project);
    for (const scope of scopes) {
      const [source, target] = [atomAt(scope.statement, 1), atomAt(scope.statement, 2)];
      if (scope.word !== 'allow' || source === undefined || target === undefined) continue;
      if (!confines(resolve(source.text, scope, declared) ?? source.text, project)) continue;
      const foreign = resolve(target.text, scope, declared) === undefined && target.text !== 'self';
      const access = accessIn(scope, named);
      for (const danger of dangers) {
        if (danger.target?.has(target.text) === false || (danger.foreignOnly && !foreign)) continue;
        const found = overlap(danger.on, access);
        if (found === undefined) continue;
        const what = `${found.objectClass} ${found.permissions.join(' ')}`;
        yield { at: scope.statement.items[3]?.span ?? target.span, message: `${what}: ${danger.what}` };
        break;
      }
    }
  },
});
