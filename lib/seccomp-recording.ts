import { readdirSync, readFileSync } from 'node:fs';
import type { Call } from './seccomp-profile.ts';

/** The calls whose arguments decide, and which of the first three do. */
const withArguments: Readonly<Record<string, readonly number[]>> = {
  clone: [0],
  socket: [0, 2],
  socketpair: [0],
  ioctl: [1],
  prctl: [0],
};

/**
 * A bpftrace program that counts calls inside the kernel by container, program and number: whatever runs in a
 * container is seen, exec'd programs too, and nothing is slowed down by it. A container is known by the first process
 * of its namespace and when that began; numbers of namespaces are given out again. Calls that a filter denies do not
 * get this far.
 */
export function recordingProgram(numbers: ReadonlyMap<number, string>): string {
  const decided = [...numbers].flatMap(([number, name]) => {
    const wanted = withArguments[name];
    if (wanted === undefined) return [];
    const args = [0, 1, 2].map((index) => (wanted.includes(index) ? `args->args[${index}]` : '0'));
    return [
      `if (args->id == ${number}) { @arguments[$id, $began, comm, args->id, ${args.join(', ')}] = count(); }`,
    ];
  });
  return `tracepoint:raw_syscalls:sys_enter {
  $first = ((struct task_struct *)curtask)->nsproxy->pid_ns_for_children->child_reaper;
  $id = $first->tgid;
  if ($id != 1) {
    $began = $first->start_boottime / 10000000;
    @calls[$id, $began, comm, args->id] = count();
    ${decided.join('\n    ')}
  }
}`;
}

/** Number → name, from the kernel's header. */
export function parseNumbers(header: string): Map<number, string> {
  const lines = header.matchAll(/^#define __NR_(\w+) (\d+)$/gm);
  return new Map([...lines].map(([, name = '', number]) => [Number(number), name]));
}

/** The runtime in a container's namespaces before it has become the program: `crun`, `runc:[2:INIT]`. */
const runtime = /^(crun$|runc|conmon|podman)/;

/** What bpftrace printed, as the calls of each service; `services` says whose a first process is. */
export function parseRecording(
  output: string,
  services: ReadonlyMap<string, string>,
  numbers: ReadonlyMap<number, string>,
): Map<string, Call[]> {
  const calls = new Map<string, Set<Call>>();
  const add = (first: string, comm: string, number: string, args: readonly string[]) => {
    const service = services.get(first);
    const name = numbers.get(Number(number)) ?? `number-${number}`;
    if (service === undefined || runtime.test(comm)) return;
    if (args.length === 0 && withArguments[name] !== undefined) return;
    const seen = calls.get(service) ?? new Set();
    calls.set(service, seen.add([name, ...args.map((arg) => BigInt.asUintN(64, BigInt(arg)))].join(' ')));
  };
  for (const [name, key] of keysOf(output)) {
    const words = key.split(',');
    const count = name === '@calls' ? 0 : 3;
    const end = words.length - count;
    // A program's name may hold commas itself.
    add(
      words.slice(0, 2).join(','),
      words.slice(2, end - 1).join(','),
      words[end - 1] ?? '',
      words.slice(end),
    );
  }
  return new Map([...calls].map(([service, seen]) => [service, [...seen].sort()]));
}

function* keysOf(output: string): Generator<[map: string, key: string]> {
  for (const line of output.split('\n').filter((text) => text.startsWith('{'))) {
    const { type, data } = JSON.parse(line) as { type: string; data: Record<string, object> };
    if (type !== 'map') continue;
    for (const [name, entries] of Object.entries(data))
      for (const key of Object.keys(entries)) yield [name, key];
  }
}

/** First process, as `recordingProgram` names it → id of the container whose first process it is. */
export function firstProcesses(known: ReadonlyMap<string, unknown>): Map<string, string> {
  const found = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const key = processKey(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
      if (known.has(key) || !/^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue;
      const id = containerOf(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
      if (id !== undefined) found.set(key, id);
    } catch {
      // Gone meanwhile, or somebody else's.
    }
  }
  return found;
}

/** A process's number, which comes again, with the hundredth of a second in which it began. */
export function processKey(pid: string, stat: string): string {
  return `${pid},${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}

/** podman mounts a file from the container's own folder at /run/.containerenv. */
export function containerOf(mountinfo: string): string | undefined {
  return /\/([0-9a-f]{64})\/userdata\/\S+ \/run\/\.containerenv /.exec(mountinfo)?.[1];
}
