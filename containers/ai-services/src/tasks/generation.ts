import { StoppingCriteria, StoppingCriteriaList } from '@huggingface/transformers';

/** Options of generate(), from a request's parameters; `generate_parameters` wins over what stands beside it. */
export function generationOptions(
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): object {
  const { generate_parameters = {}, ...options } = parameters;
  const stop = new StoppingCriteriaList();
  stop.push(new CancelledCriteria(signal) as unknown as StoppingCriteria);
  return { ...options, ...(generate_parameters as object), stopping_criteria: stop };
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
