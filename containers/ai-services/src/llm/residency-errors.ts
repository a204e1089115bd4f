import { ApiError } from '../../../base/kit/errors.ts';
import { readableBytes } from '../../../base/kit/memory.ts';
import { type Budget, type Demand, longestContext } from './memory-pools.ts';
import type { Shortage } from './room.ts';

export function unknownModel(name: string, models: readonly { id: string }[]): ApiError {
  const names = models.map(({ id }) => id).join(', ') || 'none';
  return new ApiError(
    404,
    'model_not_found',
    `there is no model '${name.slice(0, 100)}'; there is: ${names}`,
    {
      param: 'model',
    },
  );
}

export function tooLarge(id: string, need: Demand, budget: Budget): ApiError {
  const longest = longestContext(need, budget.bytes);
  const advice =
    longest > 0
      ? `a context of at most ${longest} tokens fits: set 'ctx-size = ${longest}' under [${id}] in presets.ini`
      : `its weights alone need ${readableBytes(need.fixed)}: take a smaller or more quantised model, or raise the limit`;
  return new ApiError(
    507,
    'insufficient_memory',
    `model '${id}' needs ${readableBytes(need.total)} with a context of ${need.context} tokens, but ${budget.of} is ${readableBytes(budget.bytes)}; ${advice}`,
    { param: 'model' },
  );
}

export function pinnedInTheWay(
  id: string,
  { needed, left, of }: Shortage,
  pinned: readonly string[],
): ApiError {
  const message = `model '${id}' needs ${readableBytes(needed)}, but beside what is pinned (${pinned.join(', ')}) ${of} has ${readableBytes(Math.max(0, left))}; take a smaller context or model, or 'load-on-startup' away from one in presets.ini`;
  return new ApiError(507, 'insufficient_memory', message, { param: 'model' });
}

export function tooManyPinned(id: string, modelsMax: number, pinned: readonly string[]): ApiError {
  const message = `there is no place for model '${id}': LLM_MODELS_MAX is ${modelsMax}, and as many are pinned (${pinned.join(', ')})`;
  return new ApiError(507, 'insufficient_memory', message, { param: 'model' });
}

export function crowded(id: string, bytes: number, others: readonly string[]): ApiError {
  return new ApiError(
    503,
    'model_busy',
    `there is no room for model '${id}', which needs ${readableBytes(bytes)}, just now: ${others.join(', ')} are answering or pinned; try again`,
    {
      param: 'model',
      retryAfter: 5,
    },
  );
}

export function unreadable(id: string, error: Error): ApiError {
  if (error instanceof ApiError) return error;
  const message = `model '${id}' cannot be read: ${error.message}; make models ARGS=verify checks the files`;
  return new ApiError(500, 'model_unreadable', message, { param: 'model' });
}

/** A setting that memory cannot be reckoned with: the service's error, not the caller's. */
export function misconfigured(id: string, key: string, value: string): ApiError {
  const message = `presets.ini sets '${key} = ${value.slice(0, 50)}' for model '${id}': it must be a number from 0 on, so that the model's memory is known before it is loaded`;
  return new ApiError(500, 'model_misconfigured', message, { param: 'model' });
}

export function loadFailed(id: string, words = 'the log has its words'): ApiError {
  return new ApiError(500, 'model_load_failed', `model '${id}' could not be loaded: ${words}`, {
    param: 'model',
  });
}

/** A model that neither comes nor goes; nobody's answers are ended for it. */
export function stuck(id: string, state: string, timeoutMs: number): ApiError {
  const message = `model '${id}' is still ${state} after ${Math.round(timeoutMs / 1000)} s and does not answer`;
  return new ApiError(503, 'model_busy', message, { param: 'model', retryAfter: 5 });
}
