import { statSync } from 'node:fs';
import type { MemoryNeed } from './memory-need.ts';
import { type Budgets, demandsOf, overflow } from './memory-pools.ts';
import { argumentOf, type RouterModel } from './router.ts';

/** A language model as the supervisor lists it. */
export interface ListedModel {
  id: string;
  object: 'model';
  created: number;
  owned_by: 'llm';
  aliases: string[];
  state: 'unloaded' | 'loading' | 'loaded' | 'sleeping' | 'failed';
  pinned: boolean;
  /** Answers requests that name no model: the only one that is pinned. */
  default: boolean;
  input_modalities: string[];
  /** Tokens: what the model was trained for, and what it is or would be loaded with. */
  context_length: number | null;
  context: number | null;
  memory_bytes: number | null;
  fits: boolean;
  requests: number;
}

interface Known {
  needOf(model: RouterModel): MemoryNeed;
  budgets: Budgets;
  isPinned(model: RouterModel): boolean;
  /** Leases of it. */
  requests(id: string): number;
}

export function listModels(models: readonly RouterModel[], known: Known): ListedModel[] {
  const single = models.filter(known.isPinned).length === 1;
  return models.map((model) => listModel(model, single, known));
}

/** What there is to say of a model; of one whose file cannot be read, as much as the router knows. */
function listModel(
  model: RouterModel,
  single: boolean,
  { needOf, budgets, isPinned, requests }: Known,
): ListedModel {
  const need = attempt(() => needOf(model));
  return {
    id: model.id,
    object: 'model',
    created: Math.floor(attempt(() => statSync(argumentOf(model, '--model') ?? '').mtimeMs / 1000) ?? 0),
    owned_by: 'llm',
    aliases: model.aliases,
    state: model.status.failed ? 'failed' : model.status.value,
    pinned: isPinned(model),
    default: single && isPinned(model),
    input_modalities: model.architecture?.input_modalities ?? ['text'],
    context_length: model.context_length ?? null,
    context: need?.context ?? null,
    memory_bytes: need?.total ?? null,
    fits: need !== undefined && overflow(demandsOf(model, need, budgets), budgets) === undefined,
    requests: requests(model.id),
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
