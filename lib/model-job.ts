import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';
import { type ModelJob, modelCommand, variablesPassedOn } from './model-command.ts';
import { imageReference } from './platform.ts';
import type { Podman } from './podman.ts';

export interface JobOptions {
  pod: string;
  args: readonly string[];
  /** `reads` may run beside the others. */
  kind: 'reads' | 'writes' | 'checks';
  /** Absent: no network at all. */
  network?: 'default' | (string & {});
  /** What its standard input is: an open file, the caller's own, or what a command writes. */
  input?: number | 'inherit' | readonly string[];
  /** An open file that its standard output goes to; the caller's own where absent. */
  output?: number;
}

/** Seconds that a command may take to put its things in order. */
const graceSeconds = 10;

/** Runs one command on the models volume; resolves to its exit code. An interruption ends the container too. */
export async function runModelJob(podman: Podman, options: JobOptions): Promise<number> {
  const { pod, kind, args, network, input, output } = options;
  const volume = `${pod}-models`;
  const image = imageReference('ai-services');
  if (!(await podman.exists('image', image))) {
    throw new Failure('the images are not built yet', { exit: 3, fix: 'make build' });
  }
  if (!(await podman.exists('volume', volume))) {
    throw new Failure(`there is no volume ${volume}`, { exit: 3, fix: 'make setup' });
  }
  // Two commands of one name cannot run at once; those that only look may, whatever else does.
  const name = kind === 'reads' ? `${pod}-models-look-${process.pid}` : `${pod}-models-job`;
  if (kind !== 'reads') await refuseSecond(podman, name);
  const env = network === undefined ? [] : variablesPassedOn(process.env);
  const job: ModelJob = {
    ...(network === 'default' ? {} : { network: network ?? 'none' }),
    ...(process.stderr.isTTY && !process.env.CI ? { columns: process.stderr.columns ?? 80 } : {}),
    ...{ name, image, volume, writes: kind === 'writes', input: input !== undefined, env, args },
  };
  return runToEnd(podman, name, podman.argv(modelCommand(job), env), { input, output });
}

async function refuseSecond(podman: Podman, name: string): Promise<void> {
  const found = await podman.attempt(['container', 'inspect', '--format', '{{.State.Status}}', name]);
  if (found.exitCode !== 0) return;
  // Left by a machine that went down in the middle.
  if (['exited', 'stopped', 'dead'].includes(found.stdout.trim())) await podman.attempt(['rm', name]);
  else throw alreadyRunning(name);
}

function alreadyRunning(name: string): Failure {
  return new Failure('another models command is running', {
    fix: `wait for it, or end it: make podman ARGS='stop ${name}'`,
  });
}

async function runToEnd(
  podman: Podman,
  name: string,
  argv: readonly string[],
  {
    input = 'ignore' as const,
    output,
  }: { input?: JobOptions['input'] | 'ignore'; output?: number | undefined },
): Promise<number> {
  const piped = Array.isArray(input) ? (input as readonly string[]) : undefined;
  const [command = '', ...rest] = piped ? pipeline(piped, argv) : argv;
  const stdin = piped ? 'ignore' : (input as number | 'inherit' | 'ignore');
  const child = spawn(command, rest, { stdio: [stdin, output ?? 'inherit', 'inherit'] });
  let ended = false;
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  }).finally(() => {
    ended = true;
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopContainer(podman, name, () => ended);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const code = await closed;
    await stopping;
    if (stopping) return 130;
    if (code === 125 && (await podman.exists('container', name))) throw alreadyRunning(name);
    return code;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Until it is gone: it may not have been there yet when the user wanted out. */
async function stopContainer(podman: Podman, name: string, ended: () => boolean): Promise<void> {
  const deadline = Date.now() + 2 * graceSeconds * 1000;
  do {
    await podman.attempt(['stop', '--ignore', '--time', String(graceSeconds), name]);
    await sleep(200);
  } while (Date.now() < deadline && (!ended() || (await podman.exists('container', name))));
}

/** `from | to`, with this process's own output as theirs; a failure of either is one of the whole. */
function pipeline(from: readonly string[], to: readonly string[]): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash that fills these in
  const script = 'set -o pipefail; n=$1; shift; "${@:1:n}" | "${@:n+1}"';
  return ['bash', '-c', script, 'bash', String(from.length), ...from, ...to];
}
