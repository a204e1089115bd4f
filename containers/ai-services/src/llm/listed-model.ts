import { statSync } from 'node:fs';
import type { MemoryNeed } from './memory-need.ts';
import { argumentOf, isPinned, type RouterModel } from './router.ts';

/** A language model as the supervisor lists it. */
export interface ListedModel {
  id: string;
  object: 'model';
  created: number;
  owned_by: 'llm';
  aliases: string[];
  state: 'unloaded' | 'loading' | 'loaded' | 'sleeping' | 'failed';
  pinned: boolean;
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
  budgetBytes: number;
  requests: number;
}

/** What there is to say of a model; of one whose file cannot be read, as much as the router knows. */
export function listModel(model: RouterModel, { needOf, budgetBytes, requests }: Known): ListedModel {
  const need = attempt(() => needOf(model));
  return {
    id: model.id,
    object: 'model',
    created: Math.floor(attempt(() => statSync(argumentOf(model, '--model') ?? '').mtimeMs / 1000) ?? 0),
    owned_by: 'llm',
    aliases: model.aliases,
    state: model.status.failed ? 'failed' : model.status.value,
    pinned: isPinned(model),
    input_modalities: model.architecture?.input_modalities ?? ['text'],
    context_length: model.context_length ?? null,
    context: need?.context ?? null,
    memory_bytes: need?.total ?? null,
    fits: need !== undefined && need.total <= budgetBytes,
    requests,
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
