import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../base/kit/errors.ts';
import type { Logger } from '../../../base/kit/log.ts';
import type { MemoryNeed } from './memory-need.ts';
import { crowded, tooLarge, unknownModel } from './residency-errors.ts';
import { argumentOf, isPinned, type Router, type RouterModel } from './router.ts';

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

/** A right to use a loaded model: it is not unloaded while one is held. */
export interface Lease {
  model: string;
  /** Port of the model's own llama-server on the pod's loopback. */
  port: number;
  /** Aborts when the model's process has gone all the same. */
  gone: AbortSignal;
  release(): void;
}

export interface Residency {
  acquire(model: string, signal: AbortSignal): Promise<Lease>;
  /** Ends leases of models that died and unloads models that nobody used for long: to be called now and then. */
  tend(): Promise<void>;
  leases(model: string): number;
}

interface Holding {
  leases: Set<AbortController>;
  lastUsed: number;
}

/** Decides which language models are in memory. The engine loads and unloads only what it is told to. */
export function createResidency(options: ResidencyOptions): Residency {
  const { router, log, budget } = options;
  const holdings = new Map<string, Holding>();
  const holding = (id: string) => {
    const held = holdings.get(id) ?? { leases: new Set(), lastUsed: performance.now() };
    holdings.set(id, held);
    return held;
  };
  const count = (id: string) => holdings.get(id)?.leases.size ?? 0;
  /** Still listed as loaded, but told to go. */
  const leaving = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();

  /** Models come and go one after the other, so that each counts what the one before it took or left. */
  const inTurn = (work: () => Promise<void>) => {
    const turn = queue.then(work);
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
      const refusal = await makeRoom(model, models);
      if (refusal === undefined) return load(id);
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
      .filter((other) => count(other.id) === 0 && !isPinned(other))
      .sort((one, two) => holding(one.id).lastUsed - holding(two.id).lastUsed);
    while (free < need.total || room < 1) {
      const oldest = idle.shift();
      if (oldest === undefined)
        return crowded(
          model.id,
          need,
          others.map(({ id }) => id),
        );
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
    options.inspect?.(model);
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
    if (!isIdle(model, holding(model.id), options.idleMs)) return;
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

  const lease = (model: RouterModel): Lease => {
    const held = holding(model.id);
    const ending = new AbortController();
    held.leases.add(ending);
    held.lastUsed = performance.now();
    const release = () => {
      if (held.leases.delete(ending)) held.lastUsed = performance.now();
    };
    return { model: model.id, port: portOf(model), gone: ending.signal, release };
  };

  return {
    acquire: async (name, signal) => {
      // A model may be unloaded between being found and being leased, when another one needs its room.
      for (let attempt = 0; attempt < 10; attempt++) {
        const model = await find(name);
        signal.throwIfAborted();
        if (model.status.value === 'loaded' && !leaving.has(model.id)) {
          if (await options.answers(portOf(model))) return lease(model);
          await settled(model.id, 'loaded', 5000);
        }
        await abortable(
          inTurn(() => ensureLoaded(model.id)),
          signal,
        );
      }
      throw crowded(name, undefined, []);
    },
    leases: count,
    tend: async () => {
      for (const model of await router.list()) {
        const held = holdings.get(model.id);
        if (model.status.value !== 'loaded') {
          for (const ending of held?.leases ?? []) ending.abort();
          held?.leases.clear();
        } else await inTurn(() => unloadIdle(model));
      }
    },
  };
}

function isIdle(model: RouterModel, held: Holding, idleMs: number): boolean {
  const idle = performance.now() - held.lastUsed;
  return idleMs > 0 && idle > idleMs && held.leases.size === 0 && !isPinned(model);
}

function portOf(model: RouterModel): number {
  return Number(argumentOf(model, '--port'));
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
