import { portOf, type RouterModel } from './router.ts';

/** A right to use a loaded model: it is not unloaded while one is held. */
export interface Lease {
  model: string;
  /** Port of the model's own llama-server on the pod's loopback. */
  port: number;
  /** Aborts when the model's process has gone all the same. */
  gone: AbortSignal;
  release(): void;
}

export interface LeaseBook {
  take(model: RouterModel): Lease;
  count(model: string): number;
  /** When it was last leased or given back, on performance.now()'s clock; for one never leased, when first asked. */
  lastUsed(model: string): number;
  /** Ends every lease of a model whose process is gone. */
  end(model: string): void;
}

/** Who holds which model, and since when nobody does. */
export function createLeaseBook(): LeaseBook {
  const pages = new Map<string, { leases: Set<AbortController>; lastUsed: number }>();
  const page = (id: string) => {
    const found = pages.get(id) ?? { leases: new Set(), lastUsed: performance.now() };
    pages.set(id, found);
    return found;
  };
  return {
    take: (model) => {
      const { leases } = page(model.id);
      const ending = new AbortController();
      leases.add(ending);
      const release = () => {
        if (leases.delete(ending)) page(model.id).lastUsed = performance.now();
      };
      return { model: model.id, port: portOf(model), gone: ending.signal, release };
    },
    count: (id) => pages.get(id)?.leases.size ?? 0,
    lastUsed: (id) => page(id).lastUsed,
    end: (id) => {
      for (const ending of pages.get(id)?.leases ?? []) ending.abort();
      pages.get(id)?.leases.clear();
    },
  };
}
