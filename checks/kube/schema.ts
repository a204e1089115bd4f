import type { MapTree, TreeEntry } from '../parse/tree.ts';
import type { KubeDocument } from '../project/kube.ts';
import table from '../tables/kube-fields.json' with { type: 'json' };

type Types = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Kubernetes' types; a list of resources is treated as one, although more keys may stand in it. */
const types: Types = {
  ...(table.types as Types),
  ResourceList: { cpu: 'quantity', memory: 'quantity', 'ephemeral-storage': 'quantity', storage: 'quantity' },
};

/** A key of a Kubernetes object, with what Kubernetes' schema says of it. */
export interface Field {
  readonly entry: TreeEntry;
  /** The mapping that it stands in. */
  readonly map: MapTree;
  /** The type of that mapping: `SecurityContext`. */
  readonly owner: string;
  /** As it is written. */
  readonly key: string;
  /** As the schema spells it, `undefined` where it knows none such: podman disregards case. */
  readonly name: string | undefined;
  /** The type of its value: `string`, `int`, `[]Container`, `PodSpec` … */
  readonly type: string | undefined;
  readonly parent: Field | undefined;
}

const collected = new WeakMap<KubeDocument, readonly Field[]>();

/** All fields of a document of a kind that podman plays, outer ones before those inside of them. */
export function fieldsOf(document: KubeDocument): readonly Field[] {
  const found = collected.get(document) ?? collect(document);
  collected.set(document, found);
  return found;
}

/** The fields of a type. */
export function fieldNames(owner: string): readonly string[] {
  return Object.hasOwn(types, owner) ? Object.keys(types[owner] ?? {}) : [];
}

/** Whether a field, or one that it stands in, has that name. */
export function isWithin(field: Field | undefined, name: string): boolean {
  for (let here = field; here !== undefined; here = here.parent) if (here.name === name) return true;
  return false;
}

function collect({ kind, tree }: KubeDocument): Field[] {
  const fields: Field[] = [];
  // What an alias repeats is looked at once.
  const seen = new Set<string>();
  const walk = (map: MapTree, owner: string, parent: Field | undefined): void => {
    const place = `${map.span.start} ${owner}`;
    if (seen.has(place) || !Object.hasOwn(types, owner)) return;
    seen.add(place);
    for (const entry of map.entries) {
      const key = String(entry.key.value);
      const name = nameIn(owner, key);
      const type = name === undefined ? undefined : typeOf(owner, name);
      const field: Field = { entry, map, owner, key, name, type, parent };
      fields.push(field);
      const inner = type?.replace('[]', '') ?? '';
      const { value } = entry;
      if (value.type === 'map' && type === inner) walk(value, inner, field);
      if (value.type !== 'list' || type === inner) continue;
      for (const item of value.items) if (item.type === 'map') walk(item, inner, field);
    }
  };
  if (Object.hasOwn(table.kinds, kind)) walk(tree, kind, undefined);
  return fields;
}

function nameIn(owner: string, key: string): string | undefined {
  if (Object.hasOwn(types[owner] ?? {}, key)) return key;
  const lower = key.toLowerCase();
  return fieldNames(owner).find((name) => name.toLowerCase() === lower);
}

function typeOf(owner: string, name: string): string | undefined {
  if (owner === 'ResourceRequirements' && /^(limits|requests)$/.test(name)) return 'ResourceList';
  return types[owner]?.[name];
}
