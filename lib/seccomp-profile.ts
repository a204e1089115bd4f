import { type Condition, holds } from './seccomp-conditions.ts';
import { refused, type SyscallGroup, syscallGroups } from './seccomp-groups.ts';

/** A call that was seen: `read`, or with the first three arguments where they decide: `socket 2 1 0`. */
export type Call = string;

/**
 * ENOANO, which no part of the kernel that a service reaches answers: who gets it was denied by a profile. C
 * libraries, Node.js and PostgreSQL take it as any other failure.
 */
export const deniedErrno = 55;

/** ENOSYS: the C library takes clone only where clone3 does not exist. */
const notImplemented = 38;

export interface Entry {
  comment: string;
  names: readonly string[];
  action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  errnoRet?: number;
  args?: readonly Condition[];
}

export interface Profile {
  defaultAction: 'SCMP_ACT_ERRNO';
  defaultErrnoRet: number;
  architectures: readonly string[];
  syscalls: readonly Entry[];
}

/** The groups that a service gets, given what it was seen to call. */
export function groupsOf(service: string, calls: readonly Call[]): SyscallGroup[] {
  const names = new Set(calls.map(nameOf));
  return syscallGroups.filter(
    (group) =>
      group.for === 'every' ||
      group.for?.includes(service) === true ||
      (group.when === undefined && group.names.some((name) => names.has(name))),
  );
}

/** The profile in the form that podman and its runtimes read. */
export function profileOf(service: string, calls: readonly Call[]): Profile {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: deniedErrno,
    // Of a machine's own architecture the runtime knows by itself; 32-bit calls end the process.
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [
      ...groupsOf(service, calls).flatMap(entriesOf),
      {
        comment: refused.clone3 ?? '',
        names: ['clone3'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: notImplemented,
      },
    ],
  };
}

/** Names of the calls that a profile allows, at least with some arguments. */
export function allowedNames({ syscalls }: Profile): string[] {
  const allowed = syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
  return [...new Set(allowed.flatMap(({ names }) => names))].sort();
}

export function allows({ syscalls }: Profile, call: Call): boolean {
  const [name = '', ...args] = call.split(' ');
  return syscalls.some(
    ({ names, action, args: conditions }) =>
      action === 'SCMP_ACT_ALLOW' &&
      names.includes(name) &&
      (conditions === undefined || holds(conditions, args.map(BigInt))),
  );
}

/** Calls that were made and would be denied, those aside that are refused on purpose. */
export function missingFrom(profile: Profile, calls: readonly Call[]): Call[] {
  return calls.filter((call) => refused[nameOf(call)] === undefined && !allows(profile, call));
}

export function renderProfile(profile: Profile): string {
  return `${JSON.stringify(profile, null, 2)}\n`;
}

export function nameOf(call: Call): string {
  return call.split(' ')[0] ?? call;
}

function entriesOf({ reason, names, when }: SyscallGroup): Entry[] {
  const entry: Entry = { comment: reason, names, action: 'SCMP_ACT_ALLOW' };
  if (when === undefined) return [entry];
  // One entry each: of several equal signs on one argument in an entry crun 1.8 matches none.
  return when.map((args) => ({ ...entry, args }));
}
