import type { Atom, Expression } from '../parse/cil.ts';
import { atomAt, type Scoped, scopesOf, wordsIn } from '../project/cil-scope.ts';
import type { Project } from '../project/project.ts';
import base from '../tables/selinux-base.json' with { type: 'json' };

/** A name that the files declare. */
export interface Declared {
  readonly name: string;
  /** With the blocks that it stands in: `web.process`. */
  readonly fullName: string;
  readonly kind: string;
  readonly atom: Atom;
  readonly scope: Scoped;
}

const typeKinds = new Set(['type', 'typeattribute', 'typealias']);

const baseTypes = new Set([...base.types, ...base.containerSelinuxOnly.types]);
const baseAttributes = new Set([...base.attributes, ...base.containerSelinuxOnly.attributes]);
const known = new WeakMap<Project, ReadonlyMap<string, Declared[]>>();

/** Types, attributes and aliases that the files declare, by their full name. */
export function declaredTypes(project: Project): ReadonlyMap<string, Declared[]> {
  const before = known.get(project);
  if (before) return before;
  const declared = new Map<string, Declared[]>();
  for (const scope of project.policies.flatMap(scopesOf)) {
    const atom = atomAt(scope.statement, 1);
    if (!typeKinds.has(scope.word) || atom === undefined) continue;
    const fullName = [...scope.path, atom.text].join('.');
    const entry = { name: atom.text, fullName, kind: scope.word, atom, scope };
    const others = declared.get(fullName);
    if (others) others.push(entry);
    else declared.set(fullName, [entry]);
  }
  known.set(project, declared);
  return declared;
}

export function isBaseName(name: string): boolean {
  return baseTypes.has(name) || baseAttributes.has(name);
}

/** The full name that a name stands for in its place, the innermost block first; `undefined` if the files have none. */
export function resolve(
  name: string,
  { path }: Scoped,
  declared: ReadonlyMap<string, unknown>,
): string | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const full = [...path.slice(0, depth), name.replace(/^\./, '')].join('.');
    if (declared.has(full)) return full;
  }
  return undefined;
}

/** Where a statement names types or attributes: the places of its items, from 0 for the keyword. */
const places: Readonly<Record<string, readonly number[]>> = {
  allow: [1, 2],
  allowx: [1, 2],
  auditallow: [1, 2],
  auditallowx: [1, 2],
  dontaudit: [1, 2],
  dontauditx: [1, 2],
  neverallow: [1, 2],
  neverallowx: [1, 2],
  typebounds: [1, 2],
  typepermissive: [1],
  typealiasactual: [2],
  typeattributeset: [1, 2],
  expandtypeattribute: [1],
  roletype: [2],
  rangetransition: [1, 2],
  typechange: [1, 2, 4],
  typemember: [1, 2, 4],
};

/** The names of types and attributes in a statement. */
export function typeNames({ statement, word }: Scoped): Atom[] {
  const { items } = statement;
  // A transition may carry a file's name before the type.
  const listed =
    word === 'typetransition' ? [1, 2, items.length - 1] : Object.hasOwn(places, word) ? places[word] : [];
  const named = (listed ?? [])
    .flatMap((index) => wordsIn(items[index]))
    .filter(({ text }) => !/^(self|notself|other|\*)$/.test(text));
  return [...named, ...contextTypes(word, items.at(-1))];
}

/** The third of `(user role type (range))` in labelling statements. */
function contextTypes(word: string, context: Expression | undefined): Atom[] {
  if (
    !/^(context|filecon|fsuse|genfscon|portcon|nodecon|netifcon|sidcontext)$/.test(word) ||
    context?.type !== 'list'
  )
    return [];
  const type = context.items[2];
  return type?.type === 'atom' ? [type] : [];
}

const sets = new WeakMap<Project, ReadonlyMap<string, ReadonlySet<string>>>();

/** The attributes that the files put a type of theirs into, by its full name. */
export function attributesOf(project: Project): ReadonlyMap<string, ReadonlySet<string>> {
  const before = sets.get(project);
  if (before) return before;
  const declared = declaredTypes(project);
  const found = new Map<string, Set<string>>();
  for (const scope of project.policies.flatMap(scopesOf)) {
    const attribute = atomAt(scope.statement, 1)?.text;
    if (scope.word !== 'typeattributeset' || attribute === undefined) continue;
    for (const { text } of wordsIn(scope.statement.items[2])) {
      const name = resolve(text, scope, declared);
      if (name !== undefined)
        found.set(name, (found.get(name) ?? new Set()).add(resolve(attribute, scope, declared) ?? attribute));
    }
  }
  sets.set(project, found);
  return found;
}

/** Attributes that make a type a container's. */
export const containerAttributes: ReadonlySet<string> = new Set([
  'container_domain',
  'container_net_domain',
  'container_user_domain',
  'sandbox_net_domain',
  'svirt_sandbox_domain',
]);

const containers = new WeakMap<Project, ReadonlySet<string>>();

/** Types of the files that containers are to run as, by their full name; attributes of their own included. */
export function containerTypes(project: Project): ReadonlySet<string> {
  const before = containers.get(project);
  if (before) return before;
  const members = new Map<string, string[]>();
  for (const [name, own] of attributesOf(project)) {
    for (const attribute of own) {
      const list = members.get(attribute);
      if (list) list.push(name);
      else members.set(attribute, [name]);
    }
  }
  // An attribute of the files' own may itself have been put into one of these.
  const found = new Set<string>();
  const left = [...containerAttributes];
  for (let attribute = left.pop(); attribute !== undefined; attribute = left.pop()) {
    for (const name of members.get(attribute) ?? []) {
      if (found.has(name)) continue;
      found.add(name);
      left.push(name);
    }
  }
  containers.set(project, found);
  return found;
}

/** Whether one of the blocks around it takes over another block, whose contents may stand in no file here. */
export function inheritingBlocks(project: Project): ReadonlySet<string> {
  const inheriting = project.policies.flatMap(scopesOf).filter(({ word }) => word === 'blockinherit');
  return new Set(inheriting.map(({ path }) => path.join('.')));
}

export function inherits({ path }: Scoped, inheriting: ReadonlySet<string>): boolean {
  return path.some((_, index) => inheriting.has(path.slice(0, index + 1).join('.')));
}
