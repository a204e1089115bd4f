import { nearest } from '../../lib/nearest.ts';
import type { Version } from '../../lib/version.ts';
import type { Report } from '../finding.ts';
import { entriesAt, type Tree, type TreeEntry } from '../parse/tree.ts';
import { type KubeDocument, type Pod, podOf } from '../project/kube.ts';
import support from '../tables/kube-support.json' with { type: 'json' };
import { before, podNameOf } from './pod.ts';

interface Known {
  readonly since?: string;
  /** Where podman looks for it: on the object itself, or on the template of its pod. */
  readonly on: string;
}

type Place = 'object' | 'template' | 'PersistentVolumeClaim';

const known: Readonly<Record<string, Known>> = support.annotations;
const ignored: Readonly<Record<string, { readonly note: string }>> = support.ignoredAnnotations;

/** What is wrong with the annotations of a document that are meant for podman; those that are too new apart. */
export function annotationReports(document: KubeDocument, podman: Version, fault: 'new' | 'wrong'): Report[] {
  return [...faultsOf(document, podman)]
    .filter(({ isNew }) => isNew === (fault === 'new'))
    .map(({ report }) => report);
}

function* faultsOf(document: KubeDocument, podman: Version): Generator<{ report: Report; isNew: boolean }> {
  const { kind, tree } = document;
  const pod = podOf(document);
  const isClaim = kind === 'PersistentVolumeClaim';
  if (!isClaim && pod === undefined) return;
  // What a Pod says of itself counts for both.
  const places: Place[] = isClaim
    ? ['PersistentVolumeClaim']
    : kind === 'Pod'
      ? ['object', 'template']
      : ['object'];
  const names = new Set(pod?.containers.map((container) => container.name));
  for (const entry of entriesAt(tree, 'metadata', 'annotations'))
    yield* faultsIn(entry, places, pod, names, podman);
  if (pod === undefined || pod.tree === tree) return;
  for (const { key, value } of pod.annotations)
    yield* faultsIn({ key, value }, ['template'], pod, names, podman);
}

function* faultsIn(
  entry: TreeEntry,
  places: readonly Place[],
  pod: Pod | undefined,
  containers: ReadonlySet<string | undefined>,
  podman: Version,
): Generator<{ report: Report; isNew: boolean }> {
  const [base = ''] = String(entry.key.value).split('/');
  const { since } = matching(String(entry.key.value), base)[1] ?? {};
  for (const report of reportsOf(entry, places, pod, containers)) yield { report, isNew: false };
  if (since === undefined || !before(podman, since)) return;
  const message = `podman ${podman.text} does not read '${base}'; ${since} does`;
  yield { report: { at: entry.key.span, message }, isNew: true };
}

function* reportsOf(
  { key, value }: TreeEntry,
  places: readonly Place[],
  pod: Pod | undefined,
  containers: ReadonlySet<string | undefined>,
): Generator<Report> {
  const name = String(key.value);
  const at = key.span;
  const [base = '', target, ...rest] = name.split('/');
  const [pattern, entry] = target === undefined || rest.length > 0 ? exactly(name) : matching(name, base);
  if (pattern === undefined || entry === undefined) {
    const complaint = complaintOf(name, base, target, value);
    if (complaint === undefined) return;
    const { message, near } = complaint;
    yield near === undefined ? { at, message } : { at, message, edit: { at, text: near } };
    return;
  }
  const shown = pattern.includes('$') ? base : name;
  if (!places.some((place) => place === entry.on)) {
    yield { at, message: `podman does not look for '${shown}' here, but in ${whereIs(entry.on, pod)}` };
  } else if (pattern.endsWith('/$ctr') && !containers.has(target)) {
    const near = nearest(target ?? '', [...containers].filter((each) => each !== undefined).slice(0, 100));
    const hint = near === undefined ? '' : `; did you mean '${near}'?`;
    yield { at, message: `no container is called '${target}'${hint}` };
  } else if (pattern.endsWith('/$pod') && pod !== undefined && target !== podNameOf(pod.document)) {
    yield { at, message: `the pod is called '${podNameOf(pod.document)}', not '${target}'` };
  }
}

function exactly(name: string): [string, Known] | [] {
  const entry = Object.hasOwn(known, name) ? known[name] : undefined;
  return entry === undefined ? [] : [name, entry];
}

function matching(name: string, base: string): [string, Known] | [] {
  for (const pattern of [name, `${base}/$ctr`, `${base}/$pod`]) {
    const found = exactly(pattern);
    if (found.length > 0) return found;
  }
  return [];
}

/** What to say of a name that podman does not look for, if it seems to be meant for podman. */
function complaintOf(
  name: string,
  base: string,
  target: string | undefined,
  value: Tree,
): { message: string; near?: string } | undefined {
  if (name.length > 200) return undefined;
  if (Object.hasOwn(known, `${name}/$ctr`)) return { message: `'${name}' needs a container: '${name}/NAME'` };
  const pattern = target === undefined ? name : `${base}/$ctr`;
  const note = Object.hasOwn(ignored, pattern) ? ignored[pattern]?.note : undefined;
  if (note !== undefined) {
    // podman kube generate writes some of them to say that nothing is switched on.
    const isOff = value.type === 'scalar' && value.value === 'FALSE';
    return isOff ? undefined : { message: `podman does nothing with '${base}': ${note}` };
  }
  const [near, other] = Object.keys(known)
    .map((each) => each.replace(/\$\w+$/, target ?? ''))
    .filter((each) => isNear(name, each));
  const message = `'${name}' is no annotation of podman`;
  if (near !== undefined) {
    const hint = `${message}; did you mean '${near}'?`;
    return other === undefined ? { message: hint, near } : { message: hint };
  }
  return /^(io\.podman\.annotations|volume\.podman\.io)\b/.test(name) ? { message } : undefined;
}

/** Whether two names differ in one of their parts, and there by a few letters. */
function isNear(name: string, candidate: string): boolean {
  const [parts, wanted] = [name, candidate].map((each) => each.split(/[./]/));
  if (parts === undefined || wanted === undefined || parts.length !== wanted.length) return false;
  const odd = parts.flatMap((part, index) => (part === wanted[index] ? [] : [index]));
  const [index = -1] = odd;
  return odd.length === 1 && nearest(parts[index] ?? '', [wanted[index] ?? '']) !== undefined;
}

function whereIs(on: string, pod: Pod | undefined): string {
  if (on === 'PersistentVolumeClaim') return 'a PersistentVolumeClaim';
  if (pod === undefined) return 'a pod';
  return on === 'template'
    ? 'spec.template.metadata.annotations'
    : `metadata.annotations of the ${pod.document.kind}`;
}
