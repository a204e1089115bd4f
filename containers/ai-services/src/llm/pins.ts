import { ApiError } from '../../../base/kit/errors.ts';
import type { Residency } from './residency.ts';
import { isResident, type RouterModel } from './router.ts';

export interface Pins {
  /** Loads the pinned models that are not in memory, at start or where one died: to be called now and then. */
  keep(models: readonly RouterModel[]): void;
  /** Why pinned models cannot be loaded; nothing where all are, or may be yet. */
  readonly problems: readonly string[];
}

export interface PinsOptions {
  residency: Pick<Residency, 'acquire'>;
  isPinned(model: RouterModel): boolean;
  /** Aborts when the service stops. */
  signal: AbortSignal;
  /** Milliseconds after which one that could not be loaded is tried again. */
  retryMs: number;
}

/** Keeps the pinned models in memory, by the same rules as everybody's: only what fits is loaded. */
export function createPins({ residency, isPinned, signal, retryMs }: PinsOptions): Pins {
  const trying = new Set<string>();
  const failed = new Map<string, { message: string; lasting: boolean; at: number }>();

  const load = async (id: string) => {
    trying.add(id);
    try {
      (await residency.acquire(id, signal)).release();
      failed.delete(id);
    } catch (error) {
      // Others in the way are no fault of the setting.
      const lasting = !(error instanceof ApiError && error.retryAfter !== undefined);
      failed.set(id, { message: (error as Error).message, lasting, at: performance.now() });
    } finally {
      trying.delete(id);
    }
  };

  return {
    keep: (models) => {
      const pinned = models.filter(isPinned);
      for (const id of failed.keys()) {
        const model = pinned.find((each) => each.id === id);
        if (model === undefined || isResident(model)) failed.delete(id);
      }
      for (const model of pinned) {
        const { at = Number.NEGATIVE_INFINITY } = failed.get(model.id) ?? {};
        if (isResident(model) || trying.has(model.id) || performance.now() - at < retryMs) continue;
        void load(model.id);
      }
    },
    get problems() {
      return [...failed.values()].filter(({ lasting }) => lasting).map(({ message }) => message);
    },
  };
}
