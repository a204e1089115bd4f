import type { ApiError } from '../../../base/kit/errors.ts';
import { type Budgets, type Demand, overflow, type Pool, pools } from './memory-pools.ts';
import { crowded, pinnedInTheWay, tooLarge, tooManyPinned } from './residency-errors.ts';

type Demands = Partial<Record<Pool, Demand>>;

/** A model that takes memory, or is about to. */
export interface Occupant {
  id: string;
  demands: Demands;
  pinned: boolean;
  /** Nobody uses it or waits for it. */
  idle: boolean;
  /** Told to go. */
  leaving: boolean;
  lastUsed: number;
}

export interface Limits {
  budgets: Budgets;
  /** Models loaded at once; 0 means no limit. */
  modelsMax: number;
}

/** What to do so that a model can be loaded. */
export type Room =
  | { kind: 'there' }
  /** Once those that are leaving have gone, and these too. */
  | { kind: 'soon'; unload: string[] }
  /** Models that are in use stand in the way. */
  | { kind: 'crowded'; refusal: ApiError };

/** Decides whether a model fits, and who must go for it: nobody in vain. Throws where it never will. */
export function makeRoom(
  id: string,
  demands: Demands,
  occupants: readonly Occupant[],
  { budgets, modelsMax }: Limits,
): Room {
  const excess = overflow(demands, budgets);
  if (excess) throw tooLarge(id, excess.demand, excess.budget);
  const pinned = occupants.filter((each) => each.pinned);
  const shortage = shortageBeside(demands, pinned, budgets);
  if (shortage) throw pinnedInTheWay(id, shortage, namesOf(pinned));
  const slotBeside = (others: readonly Occupant[]) => modelsMax === 0 || others.length < modelsMax;
  if (!slotBeside(pinned)) throw tooManyPinned(id, modelsMax, namesOf(pinned));

  const fits = (others: readonly Occupant[]) =>
    slotBeside(others) && shortageBeside(demands, others, budgets) === undefined;
  if (fits(occupants)) return { kind: 'there' };
  let rest = occupants.filter((each) => !each.leaving);
  const unload: string[] = [];
  const idle = rest
    .filter((each) => each.idle && !each.pinned)
    .sort((one, two) => one.lastUsed - two.lastUsed);
  while (!fits(rest)) {
    const oldest = idle.shift();
    if (oldest === undefined) {
      const total = Math.max(...pools.map((pool) => demands[pool]?.total ?? 0));
      return { kind: 'crowded', refusal: crowded(id, total, namesOf(rest)) };
    }
    unload.push(oldest.id);
    rest = rest.filter((each) => each !== oldest);
  }
  return { kind: 'soon', unload };
}

export interface Shortage {
  needed: number;
  left: number;
  of: string;
}

/** The first pool in which there is too little beside the others. */
function shortageBeside(
  demands: Demands,
  others: readonly Occupant[],
  budgets: Budgets,
): Shortage | undefined {
  for (const pool of pools) {
    const needed = demands[pool]?.total ?? 0;
    const { bytes = 0, of = '' } = budgets[pool] ?? {};
    const left = bytes - others.reduce((sum, other) => sum + (other.demands[pool]?.total ?? 0), 0);
    if (needed > left) return { needed, left, of };
  }
  return undefined;
}

function namesOf(occupants: readonly Occupant[]): string[] {
  return occupants.map(({ id }) => id);
}
