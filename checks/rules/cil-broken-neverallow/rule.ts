import { atomAt, type Scoped, scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import { type Access, accessIn, join, namedAccess, overlap } from '../../selinux/access-vector.ts';
import { attributesOf, declaredTypes, resolve } from '../../selinux/cil-names.ts';

export const rule = defineRule({
  id: 'cil-broken-neverallow',
  title: 'a policy allows what its own neverallow forbids',
  severity: 'error',
  why: 'The compiler secilc refuses such a policy; semodule checks it only where expand-check is set, and takes it in silence otherwise.',
  evidence: [
    'https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_access_vector_rules.md',
    'https://man7.org/linux/man-pages/man5/semanage.conf.5.html',
  ],
  fix: 'Remove the allow rule, or narrow the neverallow.',
  applies: 'project',
  *check(project) {
    const scopes = project.policies.flatMap(scopesOf);
    const named = namedAccess(scopes);
    const declared = declaredTypes(project);
    const attributes = attributesOf(project);
    const nameAt = (scope: Scoped, index: number) => {
      const text = atomAt(scope.statement, index)?.text;
      return text === undefined ? undefined : (resolve(text, scope, declared) ?? text);
    };
    const forbidden = new Map<string, Map<string, Access>>();
    // No policy has more; each is compared with every rule.
    for (const scope of scopes.filter(({ word }) => word === 'neverallow').slice(0, 500)) {
      const [source, target] = [nameAt(scope, 1), nameAt(scope, 2)];
      if (source === undefined || target === undefined) continue;
      const targets = forbidden.get(source) ?? new Map<string, Access>();
      forbidden.set(source, targets);
      const access = new Map<string, Set<string> | undefined>();
      join(access, targets.get(target) ?? access);
      join(access, accessIn(scope, named));
      targets.set(target, access);
    }
    const withOwn = (name: string) => [name, ...(attributes.get(name) ?? [])];
    for (const scope of forbidden.size === 0 ? [] : scopes) {
      const [source, target] = [nameAt(scope, 1), nameAt(scope, 2)];
      if (scope.word !== 'allow' || source === undefined || target === undefined) continue;
      const access = accessIn(scope, named);
      const targets = new Set(withOwn(target));
      const never = withOwn(source).flatMap((name) => [...(forbidden.get(name) ?? [])]);
      const hits = never.flatMap(([name, each]) => (targets.has(name) ? (overlap(each, access) ?? []) : []));
      const [hit] = hits;
      if (hit)
        yield {
          at: scope.statement.span,
          message: `a neverallow forbids ${hit.objectClass} ${hit.permissions.join(' ')}`,
        };
    }
  },
});
