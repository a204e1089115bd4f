import type { Expression } from '../parse/cil.ts';
import { atomAt, type Scoped, wordsIn } from '../project/cil-scope.ts';

/** Permissions by class; `undefined` stands for all of a class. */
export type Access = ReadonlyMap<string, ReadonlySet<string> | undefined>;

const none: Access = new Map();

/** `(file (read write))`; what is written with not, xor or all counts as everything. */
export function accessOf(expression: Expression | undefined): Access {
  const objectClass = expression?.type === 'list' ? atomAt(expression, 0)?.text : undefined;
  const list = expression?.type === 'list' ? expression.items[1] : undefined;
  if (objectClass === undefined || list?.type !== 'list') return none;
  const first = list.items[0];
  const all = first?.type === 'atom' && /^(all|not|xor)$/.test(first.text);
  return new Map([[objectClass, all ? undefined : new Set(wordsIn(list).map(({ text }) => text))]]);
}

/** Adds what is in `more`. */
export function join(access: Map<string, Set<string> | undefined>, more: Access): void {
  for (const [objectClass, permissions] of more) {
    const have = access.get(objectClass);
    if (permissions === undefined) access.set(objectClass, undefined);
    else if (have) for (const permission of permissions) have.add(permission);
    else if (!access.has(objectClass)) access.set(objectClass, new Set(permissions));
  }
}

/** Named sets of permissions: `(classpermissionset NAME (file (read)))`. */
export function namedAccess(scopes: readonly Scoped[]): ReadonlyMap<string, Access> {
  const named = new Map<string, Map<string, Set<string> | undefined>>();
  for (const { word, statement } of scopes) {
    const name = word === 'classpermissionset' ? atomAt(statement, 1)?.text : undefined;
    if (name === undefined) continue;
    const access = named.get(name) ?? new Map();
    named.set(name, access);
    join(access, accessOf(statement.items[2]));
  }
  return named;
}

/** What an allow or neverallow statement speaks of. */
export function accessIn({ statement }: Scoped, named: ReadonlyMap<string, Access>): Access {
  const name = atomAt(statement, 3)?.text;
  return name === undefined ? accessOf(statement.items[3]) : (named.get(name) ?? none);
}

/** Permissions that both have, the first few; `undefined` where there are none. */
export function overlap(
  one: Access,
  other: Access,
): { objectClass: string; permissions: string[] } | undefined {
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  for (const [objectClass, left] of few) {
    if (!many.has(objectClass)) continue;
    const right = many.get(objectClass);
    const [small, large] =
      (left?.size ?? Infinity) < (right?.size ?? Infinity) ? [left, right] : [right, left];
    const both = [...(small ?? ['all'])].filter((permission) => large?.has(permission) ?? true);
    if (both.length > 0) return { objectClass, permissions: both.slice(0, 4) };
  }
  return undefined;
}
