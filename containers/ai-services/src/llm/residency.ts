import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../base/kit/errors.ts';
import type { Logger } from '../../../base/kit/log.ts';
import { createLeaseBook, type Lease } from './lease-book.ts';
import type { MemoryNeed } from './memory-need.ts';
import { crowded, tooLarge, unknownModel } from './residency-errors.ts';
import { isPinned, portOf, type Router, type RouterModel } from './router.ts';

export interface ResidencyOptions {
  router: Router;
  log: Logger;
  /** Memory that models may use together, in bytes, and what it is: for the sentence of a refusal. */
  budget: { bytes: number; of: string };
  /** The router's list after a look at the models folder: what was just put there can be asked for. */
  lookAgain(): Promise<RouterModel[]>;
  needOf(model: RouterModel): MemoryNeed;
  /** Models loaded at once; 0 means no limit. */
  modelsMax: number;
  /** Milliseconds after which a model that nobody uses is unloaded; 0 means never. */
  idleMs: number;
  loadTimeoutMs: number;
  /** Milliseconds that a load waits for models that are answering to finish. */
  roomWaitMs: number;
  /** Whether the process that listened on this port still answers: the router notices a death a moment late. */
  answers(port: number): Promise<boolean>;
  /** Why the engine could not load the model that listened on this port. */
  lastWords(port: number): string | undefined;
  /** Judges a model that was just loaded: throws where it is not as it must be. */
  inspect?(model: RouterModel): void;
}

export interface Residency {
  acquire(model: string, signal: AbortSignal): Promise<Lease>;
  /** Ends leases of models that died and unloads models that nobody used for long: to be called now and then. */
  tend(): Promise<void>;
  leases(model: string): number;
}

/** Decides which language models are in memory. The engine loads and unloads only what it is told to. */
export function createResidency(options: ResidencyOptions): Residency {
  const { router, log, budget } = options;
  const leases = createLeaseBook();
  /** Still listed as loaded, but told to go. */
  const leaving = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  let turns = 0;

  /** Models come and go one after the other, so that each counts what the one before it took or left. */
  const inTurn = (work: () => Promise<void>) => {
    turns++;
    const turn = queue.then(work).finally(() => {
      turns--;
    });
    queue = turn.catch(() => undefined);
    return turn;
  };

  const ensureLoaded = async (id: string) => {
    const deadline = performance.now() + options.roomWaitMs;
    for (;;) {
      const models = await router.list();
      const model = models.find((each) => each.id === id);
      if (model === undefined) throw unknownModel(id, models);
      if (model.status.value === 'loaded') return;
      // Pinned models are loaded by the engine itself when it starts.
      if (model.status.value === 'loading') {
        await settled(id, 'loading', options.loadTimeoutMs);
        continue;
      }
      const refusal = await makeRoom(model, models);
      if (refusal === undefined) {
        await load(id);
        return;
      }
      if (performance.now() >= deadline) throw refusal;
      await sleep(100);
    }
  };

  /** Unloads what it must; why it could not, where models that are answering stand in the way. */
  const makeRoom = async (model: RouterModel, models: readonly RouterModel[]) => {
    const need = needOf(model);
    if (need.total > budget.bytes) throw tooLarge(model.id, need, budget);
    const others = models.filter(({ id, status }) => id !== model.id && status.value !== 'unloaded');
    let free = budget.bytes - others.reduce((sum, other) => sum + (tryNeed(other)?.total ?? 0), 0);
    let room = options.modelsMax === 0 ? Number.POSITIVE_INFINITY : options.modelsMax - others.length;
    const idle = others
      .filter((other) => leases.count(other.id) === 0 && !isPinned(other))
      .sort((one, two) => leases.lastUsed(one.id) - leases.lastUsed(two.id));
    while (free < need.total || room < 1) {
      const oldest = idle.shift();
      if (oldest === undefined)
        return crowded(
          model.id,
          need,
          others.map(({ id }) => id),
        );
      // Asked for since the list was made.
      if (leases.count(oldest.id) > 0) continue;
      log.info({ model: oldest.id, for: model.id }, 'unloading the model that was used longest ago');
      await unload(oldest.id);
      free += tryNeed(oldest)?.total ?? 0;
      room++;
    }
    return undefined;
  };

  const needOf = (model: RouterModel) => {
    try {
      return options.needOf(model);
    } catch (error) {
      const message = `model '${model.id}' cannot be read: ${(error as Error).message}; 'make models ARGS=verify' checks the files`;
      throw new ApiError(500, 'model_unreadable', message, { param: 'model' });
    }
  };
  const tryNeed = (model: RouterModel) => {
    try {
      return options.needOf(model);
    } catch {
      return undefined;
    }
  };

  const load = async (id: string) => {
    const started = performance.now();
    await router.load(id);
    const model = await settled(id, 'loading', options.loadTimeoutMs);
    if (model?.status.value !== 'loaded') {
      const port = model ? portOf(model) : 0;
      const words = options.lastWords(port) ?? 'the log has its words';
      throw new ApiError(500, 'model_load_failed', `model '${id}' could not be loaded: ${words}`, {
        param: 'model',
      });
    }
    try {
      options.inspect?.(model);
    } catch (error) {
      await unload(id);
      throw error;
    }
    log.info({ model: id, ms: Math.round(performance.now() - started) }, 'model loaded');
  };
  const unload = async (id: string) => {
    leaving.add(id);
    try {
      await router.unload(id);
      await settled(id, 'loaded', options.loadTimeoutMs);
    } finally {
      leaving.delete(id);
    }
  };

  const unloadIdle = async (model: RouterModel) => {
    const { idleMs } = options;
    const idle = leases.count(model.id) === 0 && performance.now() - leases.lastUsed(model.id) > idleMs;
    if (idleMs === 0 || !idle || isPinned(model)) return;
    log.info({ model: model.id }, 'unloading a model that nobody used for long');
    await unload(model.id);
  };

  /** The model once it is no longer in the state given; `undefined` when it is gone from the list. */
  const settled = async (id: string, from: string, timeoutMs: number) => {
    const deadline = performance.now() + timeoutMs;
    for (let pause = 10; performance.now() < deadline; pause = Math.min(pause * 1.5, 500)) {
      const model = (await router.list()).find((each) => each.id === id);
      if (model?.status.value !== from) return model;
      await sleep(pause);
    }
    await router.unload(id).catch(() => undefined);
    const message = `model '${id}' was still ${from} after ${Math.round(timeoutMs / 1000)} s (LLM_LOAD_SECONDS)`;
    throw new ApiError(504, 'model_load_timeout', message, { param: 'model' });
  };

  const find = async (name: string) => {
    const models = await options.lookAgain();
    const named = models.find(({ id, aliases }) => id === name || aliases.includes(name));
    if (named === undefined) throw unknownModel(name, models);
    return named;
  };

  return {
    acquire: async (name, signal) => {
      // A model may be unloaded between being found and being leased, when another one needs its room.
      for (let attempt = 0; attempt < 10; attempt++) {
        const model = await find(name);
        signal.throwIfAborted();
        if (model.status.value === 'loaded' && !leaving.has(model.id)) {
          const answers = await options.answers(portOf(model));
          if (answers && !leaving.has(model.id)) return leases.take(model);
          if (!answers) await settled(model.id, 'loaded', 5000);
        }
        await abortable(
          inTurn(() => ensureLoaded(model.id)),
          signal,
        );
      }
      throw crowded(name, undefined, []);
    },
    leases: leases.count,
    tend: async () => {
      for (const model of await router.list()) {
        if (model.status.value !== 'loaded') leases.end(model.id);
        else if (turns === 0) await inTurn(() => unloadIdle(model));
      }
    },
  };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
