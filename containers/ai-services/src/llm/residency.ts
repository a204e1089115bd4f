import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../base/kit/log.ts';
import { createLeaseBook, type Lease } from './lease-book.ts';
import type { MemoryNeed } from './memory-need.ts';
import { crowded, loadFailed, stuck, tooLarge, unknownModel, unreadable } from './residency-errors.ts';
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
  /** Milliseconds that a load waits for models that are answering to finish, or for one that does not answer. */
  roomWaitMs: number;
  /** Whether the process that listened on this port still answers: the router notices a death a moment late. */
  answers(port: number): Promise<boolean>;
  /** Why the engine could not load the model that listened on this port. */
  lastWords(port: number): string | undefined;
  /** Judges a model that was just loaded: throws where it is not as it must be. */
  inspect?(model: RouterModel): Promise<void>;
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
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    turns++;
    const turn = queue.then(work).finally(() => {
      turns--;
    });
    queue = turn.catch(() => undefined);
    return turn;
  };

  /** The model once it is loaded and answers. */
  const ensureLoaded = async (id: string): Promise<RouterModel> => {
    const deadline = performance.now() + options.roomWaitMs;
    for (;;) {
      const models = await router.list();
      const model = models.find((each) => each.id === id);
      if (model === undefined) throw unknownModel(id, models);
      if (model.status.value === 'loaded') {
        if (await options.answers(portOf(model))) return model;
        await leaves(id, 'loaded', options.roomWaitMs);
      } else if (model.status.value === 'loading') {
        // Pinned models are loaded by the engine itself when it starts.
        await leaves(id, 'loading', options.loadTimeoutMs);
      } else {
        const refusal = await makeRoom(model, models);
        if (refusal === undefined) return load(id);
        if (performance.now() >= deadline) throw refusal;
        await sleep(100);
      }
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
      throw unreadable(model.id, error as Error);
    }
  };
  const tryNeed = (model: RouterModel) => {
    try {
      return options.needOf(model);
    } catch {
      return undefined;
    }
  };

  const load = async (id: string): Promise<RouterModel> => {
    const started = performance.now();
    await router.load(id);
    const model = await leaves(id, 'loading', options.loadTimeoutMs).catch(async (error: unknown) => {
      await router.unload(id).catch(() => undefined);
      throw error;
    });
    if (model?.status.value !== 'loaded') throw loadFailed(id, model && options.lastWords(portOf(model)));
    try {
      await options.inspect?.(model);
    } catch (error) {
      await unload(id);
      throw error;
    }
    log.info({ model: id, ms: Math.round(performance.now() - started) }, 'model loaded');
    return model;
  };
  const unload = async (id: string) => {
    leaving.add(id);
    try {
      await router.unload(id);
      await leaves(id, 'loaded', options.loadTimeoutMs);
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

  /** The model once it has left a state; `undefined` when it is gone from the list. */
  const leaves = async (id: string, state: string, timeoutMs: number) => {
    const deadline = performance.now() + timeoutMs;
    for (let pause = 10; performance.now() < deadline; pause = Math.min(pause * 1.5, 500)) {
      const model = (await router.list()).find((each) => each.id === id);
      if (model?.status.value !== state) return model;
      await sleep(pause);
    }
    throw stuck(id, state, timeoutMs);
  };

  const find = async (name: string) => {
    const models = await options.lookAgain();
    const named = models.find(({ id, aliases }) => id === name || aliases.includes(name));
    if (named === undefined) throw unknownModel(name, models);
    return named;
  };

  return {
    acquire: async (name, signal) => {
      const model = await find(name);
      if (model.status.value === 'loaded' && !leaving.has(model.id)) {
        const answers = await options.answers(portOf(model));
        signal.throwIfAborted();
        if (answers && !leaving.has(model.id)) return leases.take(model);
      }
      // Taken within the turn: whoever comes next must see that the model is in use.
      return inTurn(async () => {
        signal.throwIfAborted();
        const loaded = await ensureLoaded(model.id);
        signal.throwIfAborted();
        return leases.take(loaded);
      });
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
