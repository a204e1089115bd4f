import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './log.ts';

export interface SupervisedProcess {
  argv: readonly [string, ...string[]];
  env?: NodeJS.ProcessEnv;
  /** Turns one line of the child's output into a log line of ours. */
  onLine(line: string, log: Logger): void;
  stopSignal: NodeJS.Signals;
  /** Milliseconds before the first restart; doubles with each crash, up to `maxDelayMs`. */
  minDelayMs?: number;
  maxDelayMs?: number;
  /** A child that lived this many milliseconds resets the delay. */
  steadyMs?: number;
}

export interface Supervisor {
  /** Times the child was started again since `supervise`. */
  readonly restarts: number;
  readonly running: boolean;
  /** Ends the child for good; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Keeps one child process running: restarts it with exponential back-off, never gives up, logs why it ended. */
export function supervise(target: SupervisedProcess, log: Logger): Supervisor {
  const { minDelayMs = 200, maxDelayMs = 15_000, steadyMs = 30_000 } = target;
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let restarts = 0;

  const loop = async () => {
    let delay = minDelayMs;
    while (!stopping.signal.aborted) {
      const started = Date.now();
      child = start(target, log);
      const end = await ended(child);
      child = undefined;
      if (stopping.signal.aborted) return;
      if (Date.now() - started >= steadyMs) delay = minDelayMs;
      restarts++;
      log.error({ ...end, restarts, delayMs: delay }, `${target.argv[0]} ended; starting it again`);
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => undefined);
      delay = Math.min(delay * 2, maxDelayMs);
    }
  };
  const done = loop();

  return {
    get restarts() {
      return restarts;
    },
    get running() {
      return child?.pid !== undefined && child.exitCode === null;
    },
    stop: async () => {
      stopping.abort();
      child?.kill(target.stopSignal);
      await done;
    },
  };
}

function start(target: SupervisedProcess, log: Logger): ChildProcess {
  const [command, ...args] = target.argv;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(target.env ? { env: target.env } : {}),
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') target.onLine(line, log);
    });
  }
  return child;
}

function ended(
  child: ChildProcess,
): Promise<{ exit: number | null; signal: string | null; reason?: string }> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exit: null, signal: null, reason: error.message }));
    child.once('exit', (exit, signal) => resolve({ exit, signal }));
  });
}
