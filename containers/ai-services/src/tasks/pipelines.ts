import { type PipelineType, type PreTrainedTokenizer, pipeline } from '@huggingface/transformers';
import type { Job } from './job.ts';
import type { Disposable, ModelLease } from './model-cache.ts';

/** A pipeline of transformers.js, as far as tasks here call it. */
export type Pipeline = Disposable & {
  (inputs: unknown, ...rest: unknown[]): Promise<unknown>;
  tokenizer?: PreTrainedTokenizer;
  model?: {
    config: Record<string, unknown>;
    generation_config?: { max_new_tokens?: number | null; max_length?: number | null } | null;
  };
};

/** The pipeline for a task on a model, loaded on first use. */
export async function pipelineFor(job: Job, models: ModelLease, task: string = job.task): Promise<Pipeline> {
  return models.get(job.model, task, async (id, options) => {
    const made = (await pipeline(task as PipelineType, id, options)) as unknown as Pipeline;
    if (made.tokenizer) limitTokens(made.tokenizer, made.model?.config ?? {}, longestFor(task, models));
    return made;
  });
}

/** Many tokenizers name no limit although the model has one, and then long texts break it: they are truncated. */
export function limitTokens(
  tokenizer: PreTrainedTokenizer,
  config: Readonly<Record<string, unknown>>,
  longest: number,
): void {
  const text = (config.text_config ?? config) as Record<string, unknown>;
  const positions = Number(text.max_position_embeddings ?? text.n_positions ?? Number.POSITIVE_INFINITY);
  // RoBERTa's kind counts positions from the padding token on.
  const reserved = /roberta|camembert|mpnet|longformer/.test(String(config.model_type)) ? 2 : 0;
  const { _tokenizerConfig: own } = tokenizer as unknown as {
    _tokenizerConfig: { model_max_length?: number };
  };
  own.model_max_length = Math.min(own.model_max_length ?? defaultTokens, positions - reserved, longest);
}

/** Where neither says: a bound, so that one request cannot take all memory. Answers are sought in all pairs of tokens. */
const defaultTokens = 2048;
function longestFor(task: string, { longestTokens }: ModelLease): number {
  return task === 'question-answering' ? Math.min(512, longestTokens) : longestTokens;
}
