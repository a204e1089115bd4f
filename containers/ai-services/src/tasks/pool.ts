import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ApiError } from '../../../base/kit/errors.ts';
import type { Logger } from '../../../base/kit/log.ts';
import type { FromWorker, Job, JobFailure, WorkerSettings } from './job.ts';

export interface PoolOptions {
  workers: number;
  /** Jobs that may wait; one more is refused. */
  queueMax: number;
  jobTimeoutMs: number;
  /** Milliseconds after which a worker without work ends and gives all its memory back; 0 means never. */
  idleMs: number;
  /** Milliseconds that a cancelled job may go on before its worker is killed. */
  cancelGraceMs: number;
  settings: WorkerSettings;
  log: Logger;
  /** The worker's program; another one in tests. */
  program?: URL;
}

export interface Pool {
  /** The answer's JSON; rejects with an ApiError, or with the signal's reason once it aborts. */
  run(job: Job, signal: AbortSignal): Promise<Uint8Array>;
  /** Ids of the models that some worker holds in memory. */
  loaded(): Set<string>;
  readonly restarts: number;
  readonly waiting: number;
  stop(): Promise<void>;
}

interface Task {
  id: number;
  job: Job;
  settle(result: { value: Uint8Array } | { error: unknown }): void;
}

interface Worker {
  child: ChildProcess;
  task: Task | undefined;
  loaded: string[];
  idle: NodeJS.Timeout | undefined;
}

/**
 * Processes that compute, one job at a time each: what they do, crash of or run out of memory for never touches the
 * process that answers. They start when there is work and end when there has been none for long.
 */
export function createPool(options: PoolOptions): Pool {
  const { log } = options;
  const workers = new Set<Worker>();
  const queue: Task[] = [];
  let restarts = 0;
  let lastId = 0;
  let stopping = false;

  const spawn = (): Worker => {
    const child = fork(options.program ?? new URL('./worker.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, WORKER_SETTINGS: JSON.stringify(options.settings) },
    });
    const worker: Worker = { child, task: undefined, loaded: [], idle: undefined };
    workers.add(worker);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        createInterface({ input: stream }).on('line', (line) => line && log.warn({ pid: child.pid }, line));
    }
    child.on('message', (message: FromWorker) => receive(worker, message));
    child.on('error', (err) => {
      log.error({ err }, 'a worker could not be started or reached');
      if (child.pid === undefined) bury(worker, null, null);
    });
    child.once('exit', (exit, signal) => bury(worker, exit, signal));
    return worker;
  };

  const receive = (worker: Worker, message: FromWorker) => {
    worker.loaded = message.loaded;
    const { task } = worker;
    if (task?.id !== message.id) return;
    worker.task = undefined;
    if (message.kind === 'done') task.settle({ value: message.result });
    else task.settle({ error: toError(message.failure, log) });
    dispatch();
  };

  const bury = (worker: Worker, exit: number | null, signal: string | null) => {
    workers.delete(worker);
    clearTimeout(worker.idle);
    const { task } = worker;
    if (task) {
      restarts++;
      log.error(
        { exit, signal, restarts, task: task.job.task, model: task.job.model.id },
        'a worker ended in the middle of its work',
      );
      task.settle({ error: died(signal) });
    }
    dispatch();
  };

  const dispatch = () => {
    while (queue.length > 0 && !stopping) {
      const worker = chooseWorker(queue[0]?.job);
      if (worker === undefined) return;
      const task = queue.shift() as Task;
      clearTimeout(worker.idle);
      worker.idle = undefined;
      worker.task = task;
      worker.child.send({ kind: 'run', id: task.id, job: task.job });
    }
    for (const worker of workers) if (!worker.task) restAfter(worker);
  };

  /** One that has the model already, or one without work, or a new one. */
  const chooseWorker = (job: Job | undefined): Worker | undefined => {
    const free = [...workers].filter(({ task }) => task === undefined);
    const fitting = free.find(({ loaded }) => job !== undefined && loaded.includes(job.model.id));
    return fitting ?? (workers.size < options.workers ? spawn() : free[0]);
  };

  const restAfter = (worker: Worker) => {
    if (options.idleMs === 0 || worker.idle) return;
    worker.idle = setTimeout(() => {
      log.info({ models: worker.loaded }, 'nobody used these models for long; giving their memory back');
      // From here on it is offered no work.
      workers.delete(worker);
      worker.child.kill('SIGKILL');
    }, options.idleMs);
    worker.idle.unref();
  };

  const withdraw = (task: Task) => {
    const at = queue.indexOf(task);
    if (at >= 0) {
      queue.splice(at, 1);
      return;
    }
    const worker = [...workers].find((each) => each.task === task);
    if (!worker) return;
    worker.child.send({ kind: 'cancel', id: task.id });
    setTimeout(() => {
      if (worker.task === task) worker.child.kill('SIGKILL');
    }, options.cancelGraceMs).unref();
  };

  return {
    run: (job, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (queue.length >= options.queueMax) throw queueFull(queue.length);
        const deadline = AbortSignal.timeout(options.jobTimeoutMs);
        const task: Task = {
          id: ++lastId,
          job,
          settle: (result) => {
            signal.removeEventListener('abort', giveUp);
            deadline.removeEventListener('abort', giveUp);
            if ('value' in result) resolve(result.value);
            else reject(result.error);
          },
        };
        const giveUp = () => {
          withdraw(task);
          task.settle({ error: signal.aborted ? signal.reason : tooSlow(options.jobTimeoutMs) });
        };
        signal.addEventListener('abort', giveUp, { once: true });
        deadline.addEventListener('abort', giveUp, { once: true });
        queue.push(task);
        dispatch();
      }),
    loaded: () => new Set([...workers].flatMap(({ loaded }) => loaded)),
    get restarts() {
      return restarts;
    },
    get waiting() {
      return queue.length;
    },
    stop: async () => {
      stopping = true;
      await Promise.all(
        [...workers].map(({ child }) => {
          const gone = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          return gone;
        }),
      );
    },
  };
}

function toError(failure: JobFailure, log: Logger): ApiError {
  if (failure.stack) log.error({ stack: failure.stack }, failure.message);
  return new ApiError(failure.status, failure.code, failure.message, { param: failure.param });
}

function died(signal: string | null): ApiError {
  const why = signal === 'SIGKILL' ? ', most likely for want of memory' : '';
  const message = `the process that computed this ended${why}; send fewer or smaller inputs, or raise the service's memory limit`;
  return new ApiError(503, 'worker_ended', message, { retryAfter: 1 });
}

function queueFull(length: number): ApiError {
  const message = `${length} requests are waiting already (INFERENCE_QUEUE); try again in a moment`;
  return new ApiError(503, 'queue_full', message, { retryAfter: 1 });
}

function tooSlow(milliseconds: number): ApiError {
  const message = `this took longer than ${milliseconds / 1000} s (INFERENCE_SECONDS); send fewer or smaller inputs`;
  return new ApiError(504, 'inference_timeout', message);
}
