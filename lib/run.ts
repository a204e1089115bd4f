import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { $, type ProcessOutput } from 'zx';
import { Failure } from './failure.ts';
import { say } from './terminal.ts';

$.verbose = false;
$.quiet = true;

/** One effect, as data: what it does, and the command or file that does it. */
export type Action = { does: string } & (CommandAction | FileAction);

interface CommandAction {
  argv: readonly string[];
  input?: string;
  env?: Readonly<Record<string, string>>;
}

interface FileAction {
  file: string;
  text: string;
  mode?: number;
  /** Numeric owner of the file and of the folders made for it; the caller's own where absent. */
  owner?: { uid: number; gid: number };
}

export interface RunOptions {
  input?: string | Buffer;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command is ended. */
  timeoutMs?: number;
}

/** Runs an argument vector and returns its outcome, whatever the exit code. */
export async function attempt(argv: readonly string[], options: RunOptions = {}): Promise<ProcessOutput> {
  const settings = {
    nothrow: true,
    ...(options.input === undefined
      ? { stdio: ['ignore', 'pipe', 'pipe'] as const }
      : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
  };
  return await $(settings as object)`${options.input === undefined ? [...argv] : piped(argv)}`;
}

/** podman takes secrets only from a real pipe; what Node hands a child is a socket. */
function piped(argv: readonly string[]): string[] {
  return ['sh', '-c', 'cat | "$@"', 'sh', ...argv];
}

/** Runs an argument vector; a non-zero exit becomes a Failure that quotes the command's last words. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const output = await attempt(argv, options);
  if (output.exitCode !== 0) throw commandFailure(argv, output);
  return output.stdout;
}

/** Runs an argument vector with this terminal as its own; resolves to the exit code. */
export async function interactive(argv: readonly string[], options: RunOptions = {}): Promise<number> {
  const output = await $({
    nothrow: true,
    stdio: 'inherit',
    ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
  })`${[...argv]}`;
  return output.exitCode ?? 1;
}

/** Carries out a plan in order, or prints it. */
export async function apply(plan: readonly Action[], { dryRun = false } = {}): Promise<void> {
  for (const action of plan) {
    if (dryRun) say(`would ${describe(action)}`);
    else if ('argv' in action) await run(action.argv, action);
    else writeOwned(action);
  }
}

function writeOwned({ file, text, mode = 0o644, owner }: FileAction): void {
  const made = mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  if (owner === undefined) return;
  for (let path = dirname(file); made !== undefined && path.startsWith(made); path = dirname(path)) {
    chownSync(path, owner.uid, owner.gid);
  }
  chownSync(file, owner.uid, owner.gid);
}

function describe(action: Action): string {
  return 'argv' in action
    ? `${action.does}: ${action.argv.join(' ')}`
    : `${action.does}: write ${action.file}`;
}

function commandFailure(argv: readonly string[], output: ProcessOutput): Failure {
  const words = `${output.stdout.trim().split('\n').slice(-8).join('\n')}\n${output.stderr.trim().split('\n').slice(-12).join('\n')}`;
  const said = words.trim().replaceAll('\n', '\n  ');
  return new Failure(`'${typed(argv)}' ended with ${output.exitCode ?? output.signal}\n  ${said}`);
}

/** The command as a person would type it: without the change of account before it. */
function typed(argv: readonly string[]): string {
  const start = argv.findIndex(
    (word, index) =>
      index > 0 && argv[0] === 'runuser' && /^[a-z]+$/.test(word) && argv[index - 1]?.includes('='),
  );
  return argv.slice(Math.max(0, start)).join(' ').slice(0, 300);
}
