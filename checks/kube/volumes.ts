import { itemsAt, type MapTree, type Tree, textAt } from '../parse/tree.ts';
import type { Container, Pod } from '../project/kube.ts';

export interface Mount {
  /** The item of volumeMounts. */
  readonly mount: Tree;
  /** The name of the volume that it asks for. */
  readonly volume: string | undefined;
  readonly container: Container;
}

const indexed = new WeakMap<MapTree, ReadonlyMap<string | undefined, readonly Mount[]>>();

/** All mounts of a pod's containers. */
export function mounts({ containers }: Pod): Mount[] {
  return containers.flatMap((container) =>
    itemsAt(container.tree, 'volumeMounts').map((mount) => ({
      mount,
      volume: textAt(mount, 'name'),
      container,
    })),
  );
}

/** The mounts of a volume. */
export function mountsOf(pod: Pod, volume: string | undefined): readonly Mount[] {
  const index = indexed.get(pod.spec) ?? group(mounts(pod));
  indexed.set(pod.spec, index);
  return index.get(volume) ?? [];
}

function group(all: readonly Mount[]): Map<string | undefined, Mount[]> {
  const byVolume = new Map<string | undefined, Mount[]>();
  for (const mount of all) {
    const others = byVolume.get(mount.volume);
    if (others) others.push(mount);
    else byVolume.set(mount.volume, [mount]);
  }
  return byVolume;
}

/** A mount's path inside and its options: podman takes `/data:z,U` there as `--volume` does. */
export function splitMountPath(mount: Tree): { path: string; options: string[] } | undefined {
  const text = textAt(mount, 'mountPath');
  if (text === undefined) return undefined;
  const [path = '', options] = text.split(':', 2);
  return { path, options: options === undefined ? [] : options.split(',') };
}
