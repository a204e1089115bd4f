import { $, type ProcessOutput } from 'zx';
import { type Account, asAccount } from './account.ts';
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
  /** Octal, as chmod takes it. */
  mode?: '600' | '644';
  /** Whose file it is: written by that account, so that nothing it may have put there misleads the caller. */
  account: Account;
}

export interface RunOptions {
  input?: string | Buffer;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command is ended. */
  timeoutMs?: number;
  /** Ends the command when it is aborted. */
  signal?: AbortSignal;
}

/** Runs an argument vector and returns its outcome, whatever the exit code. */
export async function attempt(argv: readonly string[], options: RunOptions = {}): Promise<ProcessOutput> {
  const settings = {
    nothrow: true,
    ...(options.input === undefined
      ? { stdio: ['ignore', 'pipe', 'pipe'] as const }
      : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
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

/** Runs `from | to`; a failure of either is one of the whole. */
export async function pipe(
  from: readonly string[],
  to: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash that fills these in
  const script = 'set -o pipefail; n=$1; shift; "${@:1:n}" | "${@:n+1}"';
  return run(['bash', '-c', script, 'bash', String(from.length), ...from, ...to], options);
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
    else await run(asAccount(action.account, writeCommand(action)), { input: action.text });
  }
}

/** Makes the folders, writes beside and renames: a file is whole or not there. */
function writeCommand({ file, mode = '644' }: FileAction): string[] {
  const steps =
    'umask 077; mkdir -p "$(dirname "$1")" && cat >"$1.new" && chmod "$2" "$1.new" && mv -f "$1.new" "$1"';
  return ['sh', '-c', steps, 'sh', file, mode];
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
      index > 4 && argv[0]?.endsWith('/runuser') && /^[a-z]+$/.test(word) && argv[index - 1]?.includes('='),
  );
  return argv.slice(Math.max(0, start)).join(' ').slice(0, 300);
}
