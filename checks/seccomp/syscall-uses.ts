import { at, itemsAt, type ScalarTree, type Tree, valueAt } from '../parse/tree.ts';
import type { SeccompProfile, SyscallGroup } from '../project/seccomp.ts';

/** A syscall's name in a group of a seccomp profile. */
export interface SyscallUse {
  readonly name: string;
  readonly tree: Tree;
  readonly group: SyscallGroup;
  /** It counts only for some values of its arguments. */
  readonly conditional: boolean;
  /** It counts only with or without a capability. */
  readonly byCapability: boolean;
  /** It counts only on some architectures. */
  readonly byArchitecture: boolean;
}

const known = new WeakMap<SeccompProfile, SyscallUse[]>();

/** Every name of a profile, in the order of the file; `name` counts like `names`. */
export function syscallUses(profile: SeccompProfile): readonly SyscallUse[] {
  const before = known.get(profile);
  if (before) return before;
  const uses = profile.groups.flatMap((group) => {
    const facts = {
      group,
      conditional: itemsAt(group.tree, 'args').length > 0,
      byCapability: hasFilter(group, 'caps'),
      byArchitecture: hasFilter(group, 'arches'),
    };
    return namesOf(group).map(({ name, tree }) => ({ name, tree, ...facts }));
  });
  known.set(profile, uses);
  return uses;
}

export function namesOf(group: SyscallGroup): ReadonlyArray<{ readonly name: string; readonly tree: Tree }> {
  const single = at(group.tree, 'name');
  return single !== undefined && isText(single) && single.value !== ''
    ? [{ name: String(single.value), tree: single }, ...group.names]
    : group.names;
}

/** Whether an action lets the syscall through; SCMP_ACT_LOG does, and writes a line about it. */
export function letsThrough(action: string | undefined): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG';
}

/** Allowed whatever its arguments and whatever capabilities the container has. */
export function isOpen({ group, conditional, byCapability }: SyscallUse): boolean {
  return letsThrough(group.action) && !conditional && !byCapability;
}

export function hasReason({ group }: SyscallUse): boolean {
  return (group.comment ?? '').trim() !== '';
}

const errnoNumbers: Readonly<Record<string, number>> = { EPERM: 1, EACCES: 13, EINVAL: 22, ENOSYS: 38 };

/** The errno that a refused syscall gets: of a group, or of the default; podman fills in EPERM. */
export function errnoOf(tree: Tree, key: 'errno' | 'defaultErrno'): number | string {
  const written = valueAt(tree, key);
  const number = valueAt(tree, `${key}Ret`);
  if (typeof written === 'string' && written !== '') {
    return /^\d+$/.test(written) ? Number(written) : (errnoNumbers[written] ?? written);
  }
  return typeof number === 'number' ? number : 1;
}

/** The action of a group and, where it has one, its errno: two groups of one outcome do not disagree. */
export function outcomeOf({ action = '', tree }: Pick<SyscallGroup, 'action' | 'tree'>): string {
  return action === 'SCMP_ACT_ERRNO' ? `${action} ${errnoOf(tree, 'errno')}` : action;
}

/** The outcome for what no group names. */
export function defaultOutcome({ tree, defaultAction = '' }: SeccompProfile): string {
  return defaultAction === 'SCMP_ACT_ERRNO'
    ? `${defaultAction} ${errnoOf(tree, 'defaultErrno')}`
    : defaultAction;
}

function hasFilter({ tree }: SyscallGroup, key: string): boolean {
  return ['includes', 'excludes'].some((filter) => itemsAt(tree, filter, key).length > 0);
}

function isText(tree: Tree): tree is ScalarTree {
  return tree.type === 'scalar' && typeof tree.value === 'string';
}
