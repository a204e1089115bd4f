import { basename, dirname } from 'node:path';
import { at, itemsAt, parseTrees, valueAt } from '../parse/tree.ts';
import type { Source } from '../source.ts';
import { type Containerfile, containerfileOf, isContainerfile } from './containerfile.ts';
import { type KubeDocument, kubeDocumentOf, type Pod, podOf } from './kube.ts';
import { type Policy, policyOf } from './policy.ts';
import type { Problem } from './problem.ts';
import { type SeccompProfile, seccompOf } from './seccomp.ts';
import { dropInFolders, isDropIn, readUnit, type Unit, unitTypeOf } from './unit.ts';

/** All files that are checked together, read. */
export interface Project {
  readonly units: readonly Unit[];
  readonly unitsByName: ReadonlyMap<string, Unit>;
  /** Drop-ins whose unit is not among the files. */
  readonly strayDropIns: readonly Source[];
  readonly documents: readonly KubeDocument[];
  readonly pods: readonly Pod[];
  readonly seccomp: readonly SeccompProfile[];
  readonly policies: readonly Policy[];
  readonly containerfiles: readonly Containerfile[];
  readonly problems: readonly Problem[];
  /** Files that are none of these. */
  readonly unknown: readonly Source[];
}

export function readProject(sources: readonly Source[], unreadable: readonly Problem[] = []): Project {
  const documents: KubeDocument[] = [];
  const seccomp: SeccompProfile[] = [];
  const policies: Policy[] = [];
  const containerfiles: Containerfile[] = [];
  const problems: Problem[] = [...unreadable];
  const unknown: Source[] = [];
  const unitSources: Source[] = [];
  const dropIns: Source[] = [];
  for (const source of sources) {
    const { path } = source;
    if (isDropIn(path)) dropIns.push(source);
    else if (unitTypeOf(path) !== undefined) unitSources.push(source);
    else if (isContainerfile(path)) containerfiles.push(containerfileOf(source));
    else if (path.endsWith('.cil')) policies.push(policyOf(source));
    else if (/\.(ya?ml|json)$/i.test(path)) {
      const read = readTrees(source);
      documents.push(...read.documents);
      seccomp.push(...read.seccomp);
      problems.push(...read.problems);
      if (read.documents.length + read.seccomp.length + read.problems.length === 0) unknown.push(source);
    } else unknown.push(source);
  }
  const { units, stray } = joinDropIns(unitSources, dropIns);
  const parsed = [...units, ...policies, ...containerfiles].flatMap((item) => item.problems);
  return {
    units,
    unitsByName: new Map(units.map((unit) => [unit.name, unit])),
    strayDropIns: stray,
    documents,
    pods: documents.map(podOf).filter((pod) => pod !== undefined),
    seccomp,
    policies,
    containerfiles,
    problems: [...problems, ...parsed],
    unknown,
  };
}

interface TreeFile {
  documents: KubeDocument[];
  seccomp: SeccompProfile[];
  problems: Problem[];
}

/** A file of YAML or JSON: Kubernetes objects, or a seccomp profile; anything else is somebody else's. */
function readTrees(source: Source): TreeFile {
  const json = /\.json$/i.test(source.path);
  const inSeccompFolder = /(^|\/)seccomp\//.test(source.path);
  const ours =
    inSeccompFolder ||
    (json ? /"(syscalls|defaultAction|apiVersion)"/ : /^\s*(apiVersion|kind)\s*:/m).test(source.text);
  if (!ours) return { documents: [], seccomp: [], problems: [] };
  const { trees, problems } = parseTrees(source, json ? 'json-syntax' : 'yaml-syntax');
  const objects = trees.flatMap((tree) =>
    valueAt(tree, 'kind') === 'List' ? itemsAt(tree, 'items') : [tree],
  );
  const documents = objects
    .map((tree) => kubeDocumentOf(source, tree))
    .filter((document) => document !== undefined);
  const [profile] = trees;
  const isProfile =
    json &&
    documents.length === 0 &&
    profile?.type === 'map' &&
    (inSeccompFolder || at(profile, 'syscalls') !== undefined || at(profile, 'defaultAction') !== undefined);
  return { documents, seccomp: isProfile ? [seccompOf(source, profile)] : [], problems };
}

/** Drop-ins belong to the unit beside whose file their folder lies, in the order in which systemd applies them. */
function joinDropIns(
  sources: readonly Source[],
  dropIns: readonly Source[],
): { units: Unit[]; stray: Source[] } {
  const byFolder = new Map<string, Source[]>();
  for (const dropIn of dropIns) {
    const folder = dirname(dropIn.path);
    const beside = byFolder.get(folder);
    if (beside) beside.push(dropIn);
    else byFolder.set(folder, [dropIn]);
  }
  const used = new Set<string>();
  const units = sources.map((source) => {
    const name = basename(source.path);
    // A file of one name in a more specific folder stands in for that of a less specific one.
    const byName = new Map<string, Source>();
    for (const folder of dropInFolders(name).map((each) =>
      `${dirname(source.path)}/${each}`.replace(/^\.\//, ''),
    )) {
      used.add(folder);
      for (const dropIn of byFolder.get(folder) ?? []) byName.set(basename(dropIn.path), dropIn);
    }
    const inOrder = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dropIn]) => dropIn);
    return readUnit(source, inOrder);
  });
  return { units, stray: dropIns.filter(({ path }) => !used.has(dirname(path))) };
}

/** The unit of that file name; an instance's name finds its template. */
export function unitNamed(project: Project, name: string): Unit | undefined {
  return project.unitsByName.get(name) ?? project.unitsByName.get(name.replace(/@.+(\.\w+)$/, '@$1'));
}
