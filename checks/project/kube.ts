import { at, entriesAt, itemsAt, type MapTree, type ScalarTree, type Tree, textAt } from '../parse/tree.ts';
import type { Source } from '../source.ts';
import fields from '../tables/kube-fields.json' with { type: 'json' };

/** A Kubernetes object: a mapping with apiVersion and kind. */
export interface KubeDocument {
  readonly source: Source;
  readonly kind: string;
  /** Empty where it is missing: podman does not look. */
  readonly apiVersion: string;
  readonly name: string | undefined;
  readonly tree: MapTree;
}

export interface Container {
  readonly tree: MapTree;
  readonly name: string | undefined;
  readonly role: 'container' | 'init';
}

/** A pod, or the pod template of a workload. */
export interface Pod {
  readonly document: KubeDocument;
  /** The mapping that holds `metadata` and `spec`: the document itself, or its template. */
  readonly tree: MapTree;
  readonly spec: MapTree;
  readonly containers: readonly Container[];
  readonly annotations: readonly Annotation[];
}

export interface Annotation {
  readonly key: ScalarTree;
  readonly value: Tree;
  /** The key's text. */
  readonly name: string;
}

/** The Kubernetes object that a tree is, if it is one; podman plays those of its kinds without an apiVersion too. */
export function kubeDocumentOf(source: Source, tree: Tree): KubeDocument | undefined {
  const kind = textAt(tree, 'kind');
  const apiVersion = textAt(tree, 'apiVersion') ?? '';
  if (tree.type !== 'map' || kind === undefined) return undefined;
  if (apiVersion === '' && !Object.hasOwn(fields.kinds, kind)) return undefined;
  return { source, kind, apiVersion, name: textAt(tree, 'metadata', 'name'), tree };
}

/** The pod in a document: of kind Pod itself, of workloads their template. */
export function podOf(document: KubeDocument): Pod | undefined {
  const tree =
    document.kind === 'Pod'
      ? document.tree
      : (at(document.tree, 'spec', 'template') ??
        at(document.tree, 'spec', 'jobTemplate', 'spec', 'template'));
  const spec = at(tree, 'spec');
  if (tree?.type !== 'map' || spec?.type !== 'map') return undefined;
  return {
    document,
    tree,
    spec,
    containers: [
      ...containersOf(spec, 'initContainers', 'init'),
      ...containersOf(spec, 'containers', 'container'),
    ],
    annotations: entriesAt(tree, 'metadata', 'annotations').map(({ key, value }) => ({
      key,
      value,
      name: String(key.value),
    })),
  };
}

function* containersOf(spec: MapTree, list: string, role: Container['role']): Generator<Container> {
  for (const tree of itemsAt(spec, list)) {
    if (tree.type === 'map') yield { tree, name: textAt(tree, 'name'), role };
  }
}
