import { itemsAt, type MapTree, type Tree, textAt } from '../parse/tree.ts';
import type { Source } from '../source.ts';

/** A seccomp profile in the JSON form of containers/common. */
export interface SeccompProfile {
  readonly source: Source;
  readonly tree: MapTree;
  readonly defaultAction: string | undefined;
  readonly groups: readonly SyscallGroup[];
}

export interface SyscallGroup {
  readonly tree: Tree;
  readonly action: string | undefined;
  /** The written reason. */
  readonly comment: string | undefined;
  readonly names: ReadonlyArray<{ readonly name: string; readonly tree: Tree }>;
}

export function seccompOf(source: Source, tree: MapTree): SeccompProfile {
  const groups = itemsAt(tree, 'syscalls').map((group) => ({
    tree: group,
    action: textAt(group, 'action'),
    comment: textAt(group, 'comment'),
    names: itemsAt(group, 'names').flatMap((name) =>
      name.type === 'scalar' && typeof name.value === 'string' ? [{ name: name.value, tree: name }] : [],
    ),
  }));
  return { source, tree, defaultAction: textAt(tree, 'defaultAction'), groups };
}
