import { ApiError } from '../../../base/kit/errors.ts';
import { readableBytes } from '../../../base/kit/memory.ts';
import { longestContext, type MemoryNeed } from './memory-need.ts';

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

export function tooLarge(id: string, need: MemoryNeed, budget: { bytes: number; of: string }): ApiError {
  const longest = Math.min(longestContext(need, budget.bytes), need.context);
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

export function crowded(id: string, need: MemoryNeed | undefined, others: readonly string[]): ApiError {
  const size = need ? `, which needs ${readableBytes(need.total)},` : '';
  const why = others.length > 0 ? `: ${others.join(', ')} are answering or pinned` : '';
  return new ApiError(
    503,
    'model_busy',
    `there is no room for model '${id}'${size} just now${why}; try again`,
    {
      param: 'model',
      retryAfter: 5,
    },
  );
}

export function unreadable(id: string, error: Error): ApiError {
  const message = `model '${id}' cannot be read: ${error.message}; make models ARGS=verify checks the files`;
  return new ApiError(500, 'model_unreadable', message, { param: 'model' });
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
