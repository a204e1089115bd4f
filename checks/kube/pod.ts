import type { Version } from '../../lib/version.ts';
import { at, entriesAt, keyAt, type Tree, valueAt } from '../parse/tree.ts';
import type { Annotation, Container, KubeDocument, Pod } from '../project/kube.ts';
import type { Span } from '../source.ts';

/** How messages name a container. */
export function labelOf({ name, role }: Container): string {
  const kind = role === 'init' ? 'init container' : 'container';
  return name === undefined ? `${kind} without a name` : `${kind} '${short(name)}'`;
}

/** Names are mostly short; what is not would fill the screen. */
export function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Where to report what a container lacks: its name, else itself. */
export function placeOf({ tree }: Container): Span {
  return (at(tree, 'name') ?? tree).span;
}

/** Where to report what a pod lacks: its name, else `spec`. */
export function podPlace(pod: Pod): Span {
  return (at(pod.document.tree, 'metadata', 'name') ?? keyAt(pod.tree, 'spec') ?? pod.spec).span;
}

/** A container's own setting in its securityContext, else the pod's: the one that counts. */
export function security(pod: Pod, container: Container, ...path: readonly string[]): Tree | undefined {
  const own = at(container.tree, 'securityContext', ...path);
  return own !== undefined && !isNull(own) ? own : at(pod.spec, 'securityContext', ...path);
}

/** Annotations of the Deployment, DaemonSet or Job itself, where podman looks for its own; of a Pod, the pod's. */
export function objectAnnotations(pod: Pod): Annotation[] {
  return entriesAt(pod.document.tree, 'metadata', 'annotations').map(({ key, value }) => ({
    key,
    value,
    name: String(key.value),
  }));
}

/** The kinds of which podman makes a pod. */
export const podKinds: ReadonlySet<string> = new Set(['Pod', 'Deployment', 'DaemonSet', 'Job']);

/** The pod that podman makes is named after the object. */
export function podNameOf({ kind, name }: KubeDocument): string | undefined {
  return kind === 'Pod' || name === undefined ? name : `${name}-pod`;
}

/** What counts where nothing valid is written: podman restarts always, Jobs too. */
export function restartPolicy({ spec }: Pod): 'Always' | 'OnFailure' | 'Never' {
  const written = valueAt(spec, 'restartPolicy');
  return written === 'OnFailure' || written === 'Never' ? written : 'Always';
}

/** `before(podman, '5.4')`: it came with 5.4, and this podman is older. */
export function before(podman: Version, since: string): boolean {
  const [major = 0, minor = 0] = since.split('.').map(Number);
  return podman.isBefore(major, minor);
}

export function isNull(tree: Tree): boolean {
  return tree.type === 'scalar' && tree.value === null;
}
