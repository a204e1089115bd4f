import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Logger } from '../../../base/kit/log.ts';
import type { FromWorker, Job, WorkerSettings } from './job.ts';
import { createPace } from './pace.ts';
import { died, queueFull, toError, tooSlow } from './pool-errors.ts';

export interface PoolOptions {
  workers: number;
  /** Jobs that take turns in one worker; of large ones, one less, so that a small one always finds a place. */
  sharing: number;
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
  large: boolean;
  /** A worker ended while this and others were in it: it gets one to itself, to see whose fault it was. */
  alone: boolean;
  /** Nobody waits for it any more. */
  withdrawn: boolean;
  settle(result: { value: Uint8Array } | { error: unknown }): void;
}

interface Worker {
  child: ChildProcess;
  tasks: Set<Task>;
  loaded: string[];
  idle: NodeJS.Timeout | undefined;
}

/**
 * Processes that compute, a few jobs in turns each: what they do, crash of or run out of memory for never touches the
 * process that answers. They start when there is work and end when there has been none for long.
 */
export function createPool(options: PoolOptions): Pool {
  const { log } = options;
  const workers = new Set<Worker>();
  const queue: Task[] = [];
  const pace = createPace(options.jobTimeoutMs / 1000);
  let restarts = 0;
  let lastId = 0;
  let stopping = false;

  const spawn = (): Worker => {
    const child = fork(options.program ?? new URL('./worker.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, WORKER_SETTINGS: JSON.stringify(options.settings) },
    });
    const worker: Worker = { child, tasks: new Set(), loaded: [], idle: undefined };
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
    const task = [...worker.tasks].find(({ id }) => id === message.id);
    if (!task) return;
    worker.tasks.delete(task);
    pace.ended();
    if (message.kind === 'done') task.settle({ value: message.result });
    else task.settle({ error: toError(message.failure, log) });
    dispatch();
  };

  const bury = (worker: Worker, exit: number | null, signal: string | null) => {
    workers.delete(worker);
    clearTimeout(worker.idle);
    const tasks = [...worker.tasks].filter((task) => !task.withdrawn);
    if (worker.tasks.size > 0) {
      restarts++;
      const names = tasks.map(({ job }) => `${job.task} ${job.model.id}`);
      log.error({ exit, signal, restarts, tasks: names }, 'a worker ended in the middle of its work');
    }
    // Ended for one that was withdrawn, it was nobody else's fault.
    const suspects = tasks.length === worker.tasks.size;
    if (suspects && tasks.length === 1) tasks[0]?.settle({ error: died(signal) });
    else queue.unshift(...tasks.map((task) => Object.assign(task, { alone: suspects })));
    worker.tasks.clear();
    dispatch();
  };

  const dispatch = () => {
    for (const task of stopping ? [] : [...queue]) {
      const worker = chooseWorker(task);
      // Those behind one that must be alone wait, or it would never be.
      if (worker === undefined && task.alone) break;
      if (worker === undefined) continue;
      queue.splice(queue.indexOf(task), 1);
      clearTimeout(worker.idle);
      worker.idle = undefined;
      worker.tasks.add(task);
      worker.child.send({ kind: 'run', id: task.id, job: task.job });
    }
    for (const worker of workers) if (worker.tasks.size === 0) restAfter(worker);
  };

  const hasRoom = ({ tasks }: Worker, task: Task): boolean => {
    const others = [...tasks];
    if (others.length === 0) return true;
    if (task.alone || others.some(({ alone }) => alone) || others.length >= options.sharing) return false;
    return !task.large || others.filter(({ large }) => large).length < options.sharing - 1;
  };

  /** One without work that has the model already, or a new one, or any without work; else one to share. */
  const chooseWorker = (task: Task): Worker | undefined => {
    const able = [...workers].filter((worker) => hasRoom(worker, task));
    const free = able.filter(({ tasks }) => tasks.size === 0);
    const has = ({ loaded }: Worker) => loaded.includes(task.job.model.id);
    return (
      free.find(has) ??
      (workers.size < options.workers ? spawn() : undefined) ??
      free[0] ??
      able.find(has) ??
      able[0]
    );
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
    task.withdrawn = true;
    const at = queue.indexOf(task);
    if (at >= 0) {
      queue.splice(at, 1);
      return;
    }
    const worker = [...workers].find(({ tasks }) => tasks.has(task));
    if (!worker) return;
    worker.child.send({ kind: 'cancel', id: task.id });
    setTimeout(() => {
      if (worker.tasks.has(task)) worker.child.kill('SIGKILL');
    }, options.cancelGraceMs).unref();
  };

  return {
    run: (job, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (queue.length >= options.queueMax) throw queueFull(queue.length, pace.secondsFor(queue.length));
        const deadline = AbortSignal.timeout(options.jobTimeoutMs);
        const task: Task = {
          id: ++lastId,
          job,
          large: isLarge(job),
          alone: false,
          withdrawn: false,
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
        if (queue.length === 0 && [...workers].every(({ tasks }) => tasks.size === 0)) pace.start();
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

/** Work for more than a moment: more inputs than one, or long ones. */
function isLarge({ inputs }: Job): boolean {
  const texts =
    typeof inputs === 'object' && !ArrayBuffer.isView(inputs) ? Object.values(inputs ?? {}).flat() : [inputs];
  return texts.length > 2 || texts.some((text) => typeof text === 'string' && text.length > longText);
}

const longText = 4000;
