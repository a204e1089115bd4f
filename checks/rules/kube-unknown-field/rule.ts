import { nearest } from '../../../lib/nearest.ts';
import type { Report } from '../../finding.ts';
import { type Field, fieldNames, fieldsOf } from '../../kube/schema.ts';
import type { MapTree } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

/** Types among which fields are mixed up. */
const neighbours = [
  'PodSpec',
  'Container',
  'SecurityContext',
  'PodSecurityContext',
  'ResourceRequirements',
  'ObjectMeta',
];

export const rule = defineRule({
  id: 'kube-unknown-field',
  title: 'a key is no field of Kubernetes',
  severity: 'error',
  why: 'Podman drops keys that it does not know without a word, so a limit or a protection that is misspelt does not exist.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/',
  ],
  fix: 'Spell it as Kubernetes does, and put it where it belongs.',
  applies: 'document',
  *check(document) {
    for (const field of fieldsOf(document)) {
      if (field.owner === 'ResourceList' && /\/|^(hugepages|requests|limits)[-.]/.test(field.key)) continue;
      if (field.name !== field.key) yield reportOf(field);
    }
  },
});

function reportOf({ entry, map, owner, key, name }: Field): Report {
  const at = entry.key.span;
  if (name !== undefined) {
    const message = `expected '${name}', got '${key}': podman takes it in any case, Kubernetes does not`;
    return { at, message, edit: { at, text: name } };
  }
  const short = key.slice(0, 60);
  const message = `'${short}' is no field of ${owner === 'ResourceList' ? 'resources' : owner}`;
  const home = neighbours.find((type) => type !== owner && fieldNames(type).includes(key));
  if (home !== undefined) return { at, message: `${message}; it belongs to ${home}` };
  const free = freeNames(map, owner);
  const near = key.length < 60 ? nearest(key, free) : undefined;
  if (near === undefined) return { at, message };
  const other = nearest(
    key,
    free.filter((each) => each !== near),
  );
  const hint = `${message}; did you mean '${near}'?`;
  return other === undefined ? { at, message: hint, edit: { at, text: near } } : { at, message: hint };
}

const known = new WeakMap<MapTree, string[]>();

/** The fields that the mapping does not have yet: computed once, for a mapping may be full of nonsense. */
function freeNames(map: MapTree, owner: string): string[] {
  const before = known.get(map);
  if (before !== undefined) return before;
  const taken = new Set(map.entries.map(({ key }) => String(key.value)));
  const free = fieldNames(owner).filter((name) => !taken.has(name));
  known.set(map, free);
  return free;
}
