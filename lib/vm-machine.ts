import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Failure, messageOf } from './failure.ts';
import { attempt, type RunOptions, run } from './run.ts';
import { diskFiles } from './vm-disk.ts';
import { type Accelerator, emulatorArgv, machineArgv, probeArgv } from './vm-emulator.ts';
import { runFolder } from './vm-folder.ts';
import { type GuestFile, guest, patience } from './vm-recipe.ts';
import { waitFor } from './wait.ts';

/** A machine that runs, as its record says. */
export interface Machine {
  pid: number;
  port: number;
  accelerator: Accelerator;
  /** The disk's folder. */
  disk: string;
}

const file = (name: string) => join(runFolder, name);
const record = file('machine.json');
const pidFile = file('pid');
const consoleFile = file('console.log');

/** Generous: a busy machine without virtualisation takes minutes. */
const bootMs = 600_000;
const probeMs = 20_000;
const endMs = 20_000;

/** The running machine; `undefined` where there is none. */
export function findMachine(): Machine | undefined {
  const pid = livePid();
  if (pid === undefined || !existsSync(record)) return undefined;
  return { ...(JSON.parse(readFileSync(record, 'utf8')) as Omit<Machine, 'pid'>), pid };
}

export function requireMachine(): Machine {
  const machine = findMachine();
  if (machine === undefined) throw new Failure('the machine does not run', { exit: 3, fix: 'make vm' });
  return machine;
}

/** Boots from a fresh overlay on the disk, and waits until it can be logged in to; leaves nothing where that fails. */
export async function startMachine(disk: string, options: RunOptions): Promise<Machine> {
  await stopMachine();
  try {
    return await boot(disk, options);
  } catch (error) {
    const said = existsSync(consoleFile) ? readFileSync(consoleFile, 'utf8').split('\n').slice(-20) : [];
    await stopMachine();
    throw new Failure([messageOf(error), ...said].join('\n  '), { cause: error });
  }
}

async function boot(disk: string, options: RunOptions): Promise<Machine> {
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  const kernel = join(disk, diskFiles.kernel);
  const accelerator = (await canUseKvm(kernel)) ? 'kvm' : 'tcg';
  const port = await freePort();
  const overlay = file('overlay.qcow2');
  const backing = ['-b', join(disk, diskFiles.disk), '-F', 'raw', overlay];
  await run(emulatorArgv('usr/bin/qemu-img', ['create', '-q', '-f', 'qcow2', ...backing]), options);
  writeFileSync(record, JSON.stringify({ port, accelerator, disk }));
  const files = {
    kernel,
    initrd: join(disk, diskFiles.initrd),
    overlay,
    console: consoleFile,
    pidFile,
  };
  await run(machineArgv(files, accelerator, port), options);
  const machine = requireMachine();
  await waitUntilUp(machine, options.signal);
  if (accelerator === 'tcg') await writeFile(machine, patience, options);
  return machine;
}

/** Ends the machine and deletes what it wrote. Resolves to whether there was one. */
export async function stopMachine(): Promise<boolean> {
  const pid = livePid();
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    const gone = async () => livePid() === undefined || undefined;
    await waitFor({ what: `QEMU (process ${pid}) to end`, timeoutMs: endMs, fix: `kill -9 ${pid}` }, gone);
  }
  rmSync(runFolder, { recursive: true, force: true });
  return pid !== undefined;
}

/** An argument vector that runs a command line in the machine, or a login shell. */
export function sshArgv(machine: Machine, user: string, command: readonly string[]): string[] {
  const settings = [
    `HostKeyAlias=${guest.name}`,
    `UserKnownHostsFile=${join(machine.disk, diskFiles.knownHosts)}`,
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'ConnectTimeout=30',
    'LogLevel=ERROR',
  ].flatMap((setting) => ['-o', setting]);
  const key = ['-i', join(machine.disk, diskFiles.key)];
  return [
    'ssh',
    '-F',
    '/dev/null',
    ...key,
    '-p',
    String(machine.port),
    ...settings,
    `${user}@127.0.0.1`,
    ...command,
  ];
}

async function waitUntilUp(machine: Machine, signal: AbortSignal | undefined): Promise<void> {
  const wait = {
    what: 'the machine to be logged in to',
    timeoutMs: bootMs,
    everyMs: 1000,
  };
  await waitFor(wait, async () => {
    if (signal?.aborted) throw new Failure('interrupted');
    if (livePid() === undefined) throw new Failure('QEMU has ended');
    const ready = sshArgv(machine, guest.user, [
      'systemctl',
      '--user',
      'is-active',
      '--quiet',
      'default.target',
    ]);
    const { exitCode } = await attempt(ready, { timeoutMs: 60_000, ...(signal ? { signal } : {}) });
    return exitCode === 0 || undefined;
  });
}

async function writeFile(machine: Machine, { path, text }: GuestFile, options: RunOptions): Promise<void> {
  const command = `mkdir -p ${dirname(path)} && cat >${path}`;
  await run(sshArgv(machine, 'root', [command]), { ...options, input: text });
}

/** /dev/kvm may be there and yet run nothing: only a boot tells. */
async function canUseKvm(kernel: string): Promise<boolean> {
  if (!existsSync('/dev/kvm')) return false;
  const { exitCode, stdout } = await attempt(probeArgv(kernel), { timeoutMs: probeMs });
  return exitCode === 0 && stdout.includes('Kernel panic');
}

/** The recorded process, as long as it is still the emulator and not another that got its number. */
function livePid(): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const command = `/proc/${pid}/cmdline`;
  return existsSync(command) && readFileSync(command, 'utf8').includes(pidFile) ? pid : undefined;
}

/** Nobody holds it between this and QEMU's start; should somebody take it, QEMU says so. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
