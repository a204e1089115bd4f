import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../base/kit/log.ts';
import { createLeaseBook, type Lease } from './lease-book.ts';
import type { MemoryNeed } from './memory-need.ts';
import { demandsOf } from './memory-pools.ts';
import { loadFailed, stuck, unknownModel, unreadable } from './residency-errors.ts';
import { type Limits, makeRoom, type Occupant } from './room.ts';
import { isResident, portOf, type Router, type RouterModel } from './router.ts';
import { createTurns } from './turns.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface ResidencyOptions extends Limits {
  router: Router;
  log: Logger;
  /** The router's list after a look at the models folder: what was just put there can be asked for. */
  lookAgain(): Promise<RouterModel[]>;
  needOf(model: RouterModel): MemoryNeed;
  /** Never unloaded. */
  isPinned(model: RouterModel): boolean;
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
  /** Whether it is leased, or somebody waits for it. */
  inUse(model: string): boolean;
}

/**
 * Decides which language models are in memory. The engine loads and unloads only what it is told to.
 *
 *     unloaded ──────▶ arriving ──────▶ resident: loaded ⇄ sleeping
 *        ▲      room      │                 │ idle for long, or in the way
 *        │                ▼ failed          ▼
 *        └──────────────────────────── leaving
 *
 * A model counts from the decision to load it until it is gone. Decisions are taken one after the other; what takes
 * long, coming and going, is waited for outside of them.
 */
export function createResidency(options: ResidencyOptions): Residency {
  const { router, log } = options;
  const leases = createLeaseBook();
  const arriving = new Map<string, Promise<void>>();
  const leaving = new Map<string, Promise<void>>();
  /** Callers who wait for a model: it is not unloaded before they had it. */
  const wanted = new Map<string, number>();
  const inTurn = createTurns();
  const inUse = (id: string) => leases.count(id) > 0 || (wanted.get(id) ?? 0) > 0;

  /** Notes a model as moving until it has moved, so that no decision in between misses it. */
  const moves = (id: string, moving: Map<string, Promise<void>>, work: Promise<void>) => {
    const moved = work.finally(() => inTurn(async () => moving.delete(id)));
    moving.set(id, moved);
    // Told to those who wait for it; nobody may.
    moved.catch((error: Error) => log.warn({ model: id }, error.message));
  };

  const load = async (id: string) => {
    const started = performance.now();
    await router.load(id);
    const model = await leaves(id, 'loading', options.loadTimeoutMs).catch(async (error: unknown) => {
      await router.unload(id).catch(() => undefined);
      throw error;
    });
    if (!model || !isResident(model)) throw loadFailed(id, model && options.lastWords(portOf(model)));
    try {
      await options.inspect?.(model);
    } catch (error) {
      await unload(id);
      throw error;
    }
    log.info({ model: id, ms: Math.round(performance.now() - started) }, 'model loaded');
  };
  const unload = async (id: string) => {
    // Where it has just died, the engine says that it is not running.
    await router.unload(id).catch(() => undefined);
    await leaves(id, 'loaded', options.loadTimeoutMs);
  };

  /** The model once it has left a state; `undefined` when it is gone from the list. */
  const leaves = async (id: string, state: 'loading' | 'loaded', timeoutMs: number) => {
    const deadline = performance.now() + timeoutMs;
    for (let pause = 10; performance.now() < deadline; pause = Math.min(pause * 1.5, 500)) {
      const model = (await router.list()).find((each) => each.id === id);
      const still = model && (state === 'loading' ? model.status.value === state : isResident(model));
      if (!still) return model;
      await sleep(pause);
    }
    throw stuck(id, state, timeoutMs);
  };

  const demands = (model: RouterModel) => {
    try {
      return demandsOf(model, options.needOf(model), options.budgets);
    } catch (error) {
      throw unreadable(model.id, error as Error);
    }
  };
  const occupant = (model: RouterModel): Occupant => ({
    id: model.id,
    demands: attempt(() => demands(model)) ?? {},
    pinned: options.isPinned(model),
    idle: isResident(model) && !inUse(model.id) && !arriving.has(model.id),
    leaving: leaving.has(model.id),
    lastUsed: leases.lastUsed(model.id),
  });

  /** Begins to load a model, or to unload what is in its way. What to wait for then, or why nothing can be done. */
  const makeWay = async (id: string) => {
    const models = await router.list();
    const model = models.find((each) => each.id === id);
    if (model === undefined) throw unknownModel(id, models);
    if (arriving.has(id) || model.status.value !== 'unloaded') return {};
    const others = models.filter(
      (each) => each.id !== id && (each.status.value !== 'unloaded' || arriving.has(each.id)),
    );
    const room = makeRoom(id, demands(model), others.map(occupant), options);
    if (room.kind === 'there') {
      moves(id, arriving, load(id));
      return {};
    }
    if (room.kind === 'crowded') {
      const arrivals = [...arriving.values()].map((each) => each.catch(() => undefined));
      return arrivals.length > 0 ? { wait: Promise.race(arrivals) } : { refusal: room.refusal };
    }
    for (const oldest of room.unload) {
      log.info({ model: oldest, for: id }, 'unloading the model that was used longest ago');
      moves(oldest, leaving, unload(oldest));
    }
    return { wait: Promise.race(leaving.values()) };
  };

  /** A lease of the model as it stands; where it is not to be had, what is to be done first. */
  const lease = async (id: string, signal: AbortSignal): Promise<Lease | undefined> => {
    const moving = arriving.get(id) ?? leaving.get(id);
    if (moving) {
      await unlessAborted(moving, signal);
      return undefined;
    }
    const model = (await router.list()).find((each) => each.id === id);
    if (model && isResident(model)) {
      const answers = await unlessAborted(options.answers(portOf(model)), signal);
      if (answers && !leaving.has(id)) return leases.take(model);
      if (!answers) await unlessAborted(leaves(id, 'loaded', options.roomWaitMs), signal);
    } else if (model?.status.value === 'loading') {
      await unlessAborted(leaves(id, 'loading', options.loadTimeoutMs), signal);
    }
    return undefined;
  };

  const acquire = async (id: string, signal: AbortSignal): Promise<Lease> => {
    let deadline = performance.now() + options.roomWaitMs;
    for (;;) {
      signal.throwIfAborted();
      const taken = await lease(id, signal);
      if (signal.aborted) taken?.release();
      signal.throwIfAborted();
      if (taken) return taken;
      const { wait, refusal } = await inTurn(async () => {
        signal.throwIfAborted();
        return makeWay(id);
      });
      if (wait) {
        await unlessAborted(wait, signal);
        deadline = performance.now() + options.roomWaitMs;
      } else if (refusal) {
        if (performance.now() >= deadline) throw refusal;
        await unlessAborted(sleep(100), signal);
      } else if (!arriving.has(id)) {
        // Somebody else was faster.
        await unlessAborted(sleep(10), signal);
      }
    }
  };

  const find = async (name: string) => {
    const models = await options.lookAgain();
    const named = models.find(({ id, aliases }) => id === name || aliases.includes(name));
    if (named === undefined) throw unknownModel(name, models);
    return named;
  };

  const unloadIdle = (model: RouterModel) => {
    const { idleMs } = options;
    const idle = performance.now() - leases.lastUsed(model.id) > idleMs;
    if (idleMs === 0 || !idle || inUse(model.id) || leaving.has(model.id) || options.isPinned(model)) return;
    log.info({ model: model.id }, 'unloading a model that nobody used for long');
    moves(model.id, leaving, unload(model.id));
  };

  return {
    leases: leases.count,
    inUse,
    acquire: async (name, signal) => {
      const { id } = await find(name);
      wanted.set(id, (wanted.get(id) ?? 0) + 1);
      try {
        return await acquire(id, signal);
      } finally {
        wanted.set(id, (wanted.get(id) ?? 1) - 1);
      }
    },
    tend: async () => {
      for (const model of await router.list()) {
        if (!isResident(model)) leases.end(model.id);
        else unloadIdle(model);
      }
    },
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
