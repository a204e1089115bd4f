import { dangers } from '../dangerous-syscalls.ts';
import { syscallNumbers } from '../syscall-numbers.ts';
import { type Claim, held, notHeld, notProvable, unless } from './claim.ts';
import type { Observation, SeccompProfile } from './observation.ts';

/** Those that change the machine, its namespaces, its kernel, or another process. */
export const dangerous = Object.values(dangers).flatMap((names) => names.split(' '));

/** A number of the x32 ABI, which programs on x86-64 do not use. */
const foreign = 0x4000_0000 | 39;

/**
 * Which the kernel takes past every filter, for trampolines that it makes itself, and ends a caller from elsewhere.
 * https://git.kernel.org/torvalds/c/cf6cb56ef24410fb5308f9655087f1eddf4452e6
 */
const unfiltered = ['uretprobe', 'uprobe'];

export const syscallClaims: readonly Claim[] = [
  {
    id: 'seccomp-filter',
    title: 'every process is behind a seccomp filter',
    layer: 'seccomp',
    judge({ inside }) {
      const free = inside.processes.filter(({ seccomp }) => seccomp !== '2');
      return unless(
        free.map(({ name, seccomp }) => `${name} has mode ${seccomp}`),
        'mode 2 (filter) everywhere',
      );
    },
  },
  {
    id: 'seccomp-declared',
    title: 'the filter that was loaded is the declared one',
    layer: 'seccomp',
    judge({ outside: { seccomp }, profile }) {
      if (profile === undefined) return notHeld('no profile is declared');
      if (seccomp === undefined) return notHeld('the runtime was given no filter');
      const [declared, loaded] = [rulesOf(profile), rulesOf(seccomp)];
      const differing = [
        ...[...loaded].filter((rule) => !declared.has(rule)).map((rule) => `loaded besides: ${rule}`),
        ...[...declared].filter((rule) => !loaded.has(rule)).map((rule) => `missing: ${rule}`),
      ];
      const some =
        differing.length > 5 ? [...differing.slice(0, 5), `and ${differing.length - 5} more`] : differing;
      return unless(some, `${loaded.size} rules, arguments among them`);
    },
  },
  {
    id: 'seccomp-allowed',
    title: 'every declared call gets through',
    layer: 'seccomp',
    judge: (seen) =>
      swept(seen, ({ sweep, unconditional, errno }) => {
        const stopped = [...unconditional].filter(([, number]) => sweep.get(number) === errno);
        return unless(
          stopped.map(([name]) => `${name} was denied`),
          `${unconditional.size} calls were tried`,
        );
      }),
  },
  {
    id: 'seccomp-denied',
    title: 'every other call is denied by the filter',
    layer: 'seccomp',
    judge: (seen) =>
      swept(seen, ({ sweep, numbers, mentioned, errno }) => {
        const past = unfiltered.map((name) => numbers.get(name));
        const others = [...sweep].filter(
          ([number]) => number !== foreign && !mentioned.has(number) && !past.includes(number),
        );
        const through = others.filter(([, outcome]) => outcome !== errno);
        return unless(
          through.map(([number, outcome]) => `${nameOf(number)} answered ${outcome}`),
          `${others.length} numbers answered errno ${errno}, which nothing else does`,
        );
      }),
  },
  {
    id: 'seccomp-dangerous',
    title: 'nothing that changes the machine or another process is let in',
    layer: 'seccomp',
    judge: (seen) =>
      swept(seen, ({ sweep, numbers, errno }) => {
        const known = dangerous.filter((name) => numbers.has(name));
        const through = known.filter((name) => sweep.get(numbers.get(name) ?? -1) !== errno);
        return unless(
          through.map((name) => `${name} is let in`),
          `${known.length} were tried`,
        );
      }),
  },
  {
    id: 'foreign-abi',
    title: "the kernel's other calling conventions are closed",
    layer: 'seccomp',
    judge({ sweep }) {
      if (process.arch !== 'x64' || sweep === undefined)
        return notProvable('only x86-64 has another that is probed');
      const outcome = sweep.get(foreign) ?? 'not tried';
      // A filter that does not know a convention ends the process (SIGSYS) or answers its own errno.
      return outcome === 'signal 31' ? held('x32: ended by SIGSYS') : notHeld(`x32: ${outcome}`);
    },
  },
];

interface Swept {
  sweep: ReadonlyMap<number, string>;
  numbers: ReadonlyMap<string, number>;
  /** Calls that the profile lets in whatever their arguments are. */
  unconditional: ReadonlyMap<string, number>;
  /** Numbers of all calls that the profile says anything of. */
  mentioned: ReadonlySet<number>;
  /** What denied calls answer. */
  errno: string;
}

function swept({ sweep, profile }: Observation, judge: (swept: Swept) => ReturnType<typeof held>) {
  const numbers = syscallNumbers();
  if (sweep === undefined || numbers === undefined)
    return notProvable(`no table of ${process.arch}'s system calls`);
  if (profile?.defaultErrnoRet === undefined)
    return notHeld('no profile with an errno of its own is declared');
  const names = profile.syscalls.flatMap((entry) => entry.names.map((name) => ({ name, entry })));
  const numbered = names.filter(({ name }) => numbers.has(name));
  const conditional = new Set(numbered.filter(({ entry }) => entry.args?.length).map(({ name }) => name));
  const free = numbered.filter(
    ({ name, entry }) => entry.action === 'SCMP_ACT_ALLOW' && !conditional.has(name),
  );
  return judge({
    sweep,
    numbers,
    unconditional: new Map(free.map(({ name }) => [name, numbers.get(name) ?? -1])),
    mentioned: new Set(numbered.map(({ name }) => numbers.get(name) ?? -1)),
    errno: String(profile.defaultErrnoRet),
  });
}

/** All that a profile says, each as one line. */
function rulesOf({ defaultAction, defaultErrnoRet, syscalls }: SeccompProfile): Set<string> {
  const rules = syscalls.flatMap(({ names, action, errnoRet, args = [] }) => {
    const on = args
      .map(({ index, op, value, valueTwo = 0 }) => `${index} ${op} ${value} ${valueTwo}`)
      .join(', ');
    return names.map((name) => [name, action, errnoRet ?? '', on].join(' ').trim());
  });
  return new Set([`default ${defaultAction} ${defaultErrnoRet}`, ...rules]);
}

export function allowedCalls({ syscalls }: SeccompProfile): Set<string> {
  return new Set(syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW').flatMap(({ names }) => names));
}

function nameOf(number: number): string {
  const found = [...(syscallNumbers() ?? [])].find(([, value]) => value === number);
  return found?.[0] ?? `number ${number}`;
}
