import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from '../lib/account.ts';
import { Failure } from '../lib/failure.ts';
import { root } from '../lib/paths.ts';
import { platform } from '../lib/platform.ts';
import { type Podman, requirePodman } from '../lib/podman.ts';
import { attempt } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { allowedNames, type Call, missingFrom, profileOf } from '../lib/seccomp-profile.ts';
import { recorded, recordingFile } from '../lib/seccomp-profiles.ts';
import { firstProcesses, parseNumbers, parseRecording, recordingProgram } from '../lib/seccomp-recording.ts';
import { say } from '../lib/terminal.ts';
import { testPod } from '../lib/test-pod.ts';
import { waitFor } from '../lib/wait.ts';

const usage = {
  summary:
    'Records what each service calls in the integration tests, and compares its seccomp profile with that.',
  options: { write: { type: 'boolean', help: 'keep the recording and render the profiles anew' } },
  positionals: '[FILE.bats …]',
} as const;

const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
// Beyond its 4096 bpftrace counts nothing new, in silence; sudo would drop a variable of ours.
const keys = 'BPFTRACE_MAP_KEYS_MAX=131072';
const tracing = '/sys/kernel/tracing';

await script(usage, async ({ write, positionals }) => {
  const asRoot = isRoot ? [] : ['sudo', '--non-interactive'];
  await refuseWithoutMeans(asRoot);
  const podman = requirePodman();
  const numbers = parseNumbers(readFileSync(header, 'utf8'));
  const services = new Map<string, string>();
  const program = recordingProgram(numbers);
  const tracer = await startTracer([...asRoot, 'env', keys, 'bpftrace', '-f', 'json', '-e', program]);
  const timer = setInterval(() => follow(podman, services).catch(() => undefined), 500);
  let passed: boolean;
  try {
    passed = await runTests(positionals);
  } finally {
    clearInterval(timer);
    await attempt([...asRoot, 'kill', '-TERM', String(tracer.pid)]);
  }
  const calls = parseRecording(await tracer.output, services, numbers);
  const missing = platform.services.flatMap(({ name }) => compare(name, calls.get(name) ?? []));
  if (!passed)
    throw new Failure('the tests failed: what they would call is not all there', {
      fix: 'make integration-test',
    });
  if (write) keep(calls);
  else if (missing.length > 0) process.exitCode = 1;
});

async function refuseWithoutMeans(asRoot: readonly string[]): Promise<void> {
  const refuse = (what: string, fix: string) => new Failure(what, { exit: 3, fix });
  if (process.arch !== 'x64') throw refuse('system calls are recorded on x86_64 only', 'use such a machine');
  if ((await attempt([...asRoot, 'true'])).exitCode !== 0)
    throw refuse('recording system calls needs root', 'become root, or let sudo work without a password');
  if ((await attempt(['which', 'bpftrace'])).exitCode !== 0)
    throw refuse('bpftrace is missing', 'apt-get install bpftrace');
  if (!existsSync(header)) throw refuse(`${header} is missing`, 'apt-get install linux-libc-dev');
  await attempt([...asRoot, 'sh', '-c', `test -e ${tracing}/events || mount -t tracefs none ${tracing}`]);
  if ((await attempt([...asRoot, 'test', '-e', `${tracing}/events/raw_syscalls`])).exitCode !== 0)
    throw refuse('the kernel has no tracepoint raw_syscalls', 'use a kernel with CONFIG_FTRACE_SYSCALLS');
}

/** Resolves once it sees calls; `output` is all it prints until it ends. */
async function startTracer([command = '', ...args]: readonly string[]) {
  const tracer = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let text = '';
  let said = '';
  tracer.stdout.on('data', (data) => {
    text += data;
  });
  tracer.stderr.on('data', (data) => {
    said += data;
  });
  const output = once(tracer, 'close').then(() => text);
  await waitFor({ what: 'bpftrace to attach', timeoutMs: 60_000 }, async () => {
    if (tracer.exitCode !== null) throw new Failure(`bpftrace ended: ${said.trim()}`, { exit: 3 });
    return text.includes('attached_probes') || undefined;
  });
  return { output, pid: tracer.pid };
}

/** Which service each container's first process is of; one that starts again has another. */
async function follow(podman: Podman, services: Map<string, string>): Promise<void> {
  const found = firstProcesses(services);
  if (found.size === 0) return;
  const listed = await podman.run(['ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}}']);
  const names = new Map(listed.split('\n').map((line) => line.split(' ') as [string, string]));
  for (const [first, id] of found) {
    const service = names.get(id)?.replace(`${testPod.podName}-`, '');
    services.set(first, platform.services.some(({ name }) => name === service) ? (service ?? '') : '');
  }
}

/** Under podman's default profile, so that nothing is kept from being called. */
async function runTests(files: readonly string[]): Promise<boolean> {
  const tests = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/integration-test.ts', '--default-seccomp', ...files],
    {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
    },
  );
  const [code] = (await once(tests, 'close')) as [number | null];
  return code === 0;
}

/** Prints how the recording differs from what is committed; returns what is missing there. */
function compare(service: string, calls: readonly Call[]): Call[] {
  const before = profileOf(service, recorded[service] ?? []);
  const missing = missingFrom(before, calls);
  const [old, now] = [allowedNames(before), allowedNames(profileOf(service, calls))];
  const added = now.filter((name) => !old.includes(name));
  const removed = old.filter((name) => !now.includes(name));
  const line = [
    `${service}: ${calls.length} calls seen, ${old.length} names allowed`,
    ...added.map((name) => `+${name}`),
    ...removed.map((name) => `-${name}`),
    ...missing.map((call) => `denied and called: ${call}`),
  ];
  process.stdout.write(`${line.join('\n  ')}\n`);
  return missing;
}

function keep(calls: ReadonlyMap<string, readonly Call[]>): void {
  const all = Object.fromEntries(platform.services.map(({ name }) => [name, calls.get(name) ?? []]));
  writeFileSync(join(root, recordingFile), `${JSON.stringify(all, null, 2)}\n`);
  say(`${recordingFile} is written; \`make manifests\` renders the profiles from it`);
}
