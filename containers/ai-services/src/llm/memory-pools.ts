import { gpuShare } from './gpu.ts';
import type { MemoryNeed } from './memory-need.ts';
import type { RouterModel } from './router.ts';

/** Memory that models may use together, in bytes, and what it is: for the sentence of a refusal. */
export interface Budget {
  bytes: number;
  of: string;
}

/** What models lie in: the container's own memory, and that of the GPUs where there are some. */
export interface Budgets {
  container: Budget;
  gpu?: Budget;
}

export type Pool = keyof Budgets;
export const pools = ['container', 'gpu'] as const satisfies readonly Pool[];

/** What a model takes of one pool. */
export interface Demand {
  total: number;
  fixed: number;
  perToken: number;
  context: number;
}

/**
 * What a model takes of each pool. Of one that is split between a GPU and the CPU nobody says beforehand what goes
 * where: either must be able to hold it.
 */
export function demandsOf(
  model: RouterModel,
  need: MemoryNeed,
  budgets: Budgets,
): Partial<Record<Pool, Demand>> {
  const share = budgets.gpu === undefined ? 'none' : gpuShare(model, need.layers);
  if (share === 'none') return { container: need };
  const { aside, context } = need;
  const gpu = { ...need, total: need.total - aside, fixed: need.fixed - aside };
  if (share === 'part') return { container: need, gpu };
  return { container: { total: aside, fixed: aside, perToken: 0, context }, gpu };
}

/** The first pool that could not hold the model even if it were empty. */
export function overflow(
  demands: Partial<Record<Pool, Demand>>,
  budgets: Budgets,
): { demand: Demand; budget: Budget } | undefined {
  return pools
    .map((pool) => ({ demand: demands[pool], budget: budgets[pool] }))
    .find((each): each is { demand: Demand; budget: Budget } => {
      const { demand, budget } = each;
      return demand !== undefined && budget !== undefined && demand.total > budget.bytes;
    });
}

/** The longest context that fits, in whole hundreds of tokens; 0 where none does. */
export function longestContext({ fixed, perToken, context }: Demand, bytes: number): number {
  if (perToken === 0) return fixed <= bytes ? context : 0;
  return Math.min(context, Math.max(0, Math.floor((bytes - fixed) / perToken / 100) * 100));
}
