import { itemsAt, type MapTree, type Tree, type TreeEntry } from '../parse/tree.ts';

/** What a value in a seccomp profile has to be; the last four are objects, or lists of them, with keys of their own. */
export type Shape = 'string' | 'strings' | 'number' | 'group' | 'argument' | 'filter' | 'architecture';

type Keys = Readonly<Record<string, Shape>>;

/** The fields of types.go; a value that may be a list is one where `lists` says so. */
const profileKeys: Keys = {
  defaultAction: 'string',
  defaultErrnoRet: 'number',
  defaultErrno: 'string',
  architectures: 'strings',
  archMap: 'architecture',
  syscalls: 'group',
  flags: 'strings',
  listenerPath: 'string',
  listenerMetadata: 'string',
};

const keysOf: Readonly<Partial<Record<Shape, Keys>>> = {
  architecture: { architecture: 'string', subArchitectures: 'strings' },
  group: {
    names: 'strings',
    name: 'string',
    action: 'string',
    args: 'argument',
    comment: 'string',
    includes: 'filter',
    excludes: 'filter',
    errnoRet: 'number',
    errno: 'string',
  },
  argument: { index: 'number', value: 'number', valueTwo: 'number', op: 'string' },
  filter: { caps: 'strings', arches: 'strings' },
};

export interface Field {
  readonly entry: TreeEntry;
  /** `undefined` where there is no such key. */
  readonly shape: Shape | undefined;
  /** The keys that there may be in its place. */
  readonly siblings: readonly string[];
  /** The object that it stands in. */
  readonly owner: MapTree;
}

/** Every key of a profile, with what its value has to be. */
export function fieldsOf(tree: MapTree): Field[] {
  const fields: Field[] = [];
  const visit = (owner: Tree, keys: Keys): void => {
    if (owner.type !== 'map') return;
    const siblings = Object.keys(keys);
    for (const entry of owner.entries) {
      const key = String(entry.key.value);
      const shape = Object.hasOwn(keys, key) ? keys[key] : undefined;
      fields.push({ entry, shape, siblings, owner });
      const inner = shape === undefined ? undefined : keysOf[shape];
      if (inner === undefined) continue;
      for (const item of shape === 'filter' ? [entry.value] : itemsAt(entry.value)) visit(item, inner);
    }
  };
  visit(tree, profileKeys);
  return fields;
}

/** What a value should be and is not; Go takes null for anything. */
export function mismatch({ entry, shape }: Field): string | undefined {
  const { value } = entry;
  if (shape === undefined || (value.type === 'scalar' && value.value === null)) return undefined;
  if (shape === 'string') return isString(value) ? undefined : 'a string';
  if (shape === 'number') return isWhole(value) ? undefined : 'a whole number from 0 up';
  if (shape === 'filter') return value.type === 'map' ? undefined : 'an object';
  if (value.type !== 'list') return shape === 'strings' ? 'a list of strings' : 'a list of objects';
  if (shape === 'strings') return value.items.every(isString) ? undefined : 'a list of strings';
  return value.items.every(({ type }) => type === 'map') ? undefined : 'a list of objects';
}

function isString(tree: Tree): boolean {
  return tree.type === 'scalar' && typeof tree.value === 'string';
}

function isWhole(tree: Tree): boolean {
  return tree.type === 'scalar' && typeof tree.value === 'number' && tree.value >= 0 && tree.value % 1 === 0;
}
