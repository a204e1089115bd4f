import { StoppingCriteria, StoppingCriteriaList } from '@huggingface/transformers';
import type { Pipeline } from './pipelines.ts';

/**
 * Options of generate(), from a request's parameters; `generate_parameters` wins over what stands beside it. How long
 * the answer may be is the request's word or else the model's own: transformers.js would stop at 256 tokens whatever
 * either says, as its `max_new_tokens` goes before `max_length`.
 */
export function generationOptions(
  parameters: Readonly<Record<string, unknown>>,
  { model }: Pick<Pipeline, 'model'>,
  signal: AbortSignal,
): object {
  const { generate_parameters = {}, ...beside } = parameters;
  const asked = { ...beside, ...(generate_parameters as object) } as Lengths & Record<string, unknown>;
  const own = (model?.generation_config ?? {}) as Lengths;
  const length = asked.max_new_tokens ?? asked.max_length ?? own.max_new_tokens ?? own.max_length;
  const stop = new StoppingCriteriaList();
  stop.push(new CancelledCriteria(signal) as unknown as StoppingCriteria);
  return { ...asked, ...(length ? { max_new_tokens: length } : {}), stopping_criteria: stop };
}

interface Lengths {
  max_new_tokens?: number | null;
  max_length?: number | null;
}

/** Ends the writing of a cancelled request at the next token. */
class CancelledCriteria extends StoppingCriteria {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    super();
    this.#signal = signal;
  }

  override _call(inputIds: number[][]): boolean[] {
    return inputIds.map(() => this.#signal.aborted);
  }
}
