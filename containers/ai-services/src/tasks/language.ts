import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
import { generationOptions } from './generation.ts';
import type { Job } from './job.ts';
import { limitTokens, pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { textsOf } from './texts.ts';

/** Summaries and translations. */
export async function rewrite(job: Job, { models, signal }: Context): Promise<unknown[]> {
  const run = await pipelineFor(job, models);
  const options = generationOptions(job.parameters, run, signal);
  return inBatches(textsOf(job), signal, async (texts) => [(await run(texts, options)) as unknown[]].flat());
}

/** Scores of texts for a query by a cross-encoder, best first, as text-embeddings-inference's /rerank has them. */
export async function rank(job: Job, { models, signal }: Context): Promise<unknown> {
  const { query, texts } = job.inputs as { query: string; texts: string[] };
  const { raw_scores = false, return_text = false, top_n = texts.length } = job.parameters;
  const { tokenizer, model } = await models.get(job.model, job.task, async (id, options) => {
    const parts = {
      tokenizer: (await AutoTokenizer.from_pretrained(id, options)) as PreTrainedTokenizer,
      model: await AutoModelForSequenceClassification.from_pretrained(id, options),
    };
    limitTokens(
      parts.tokenizer,
      parts.model.config as unknown as Record<string, unknown>,
      models.longestTokens,
    );
    return { ...parts, dispose: () => parts.model.dispose() };
  });
  const scores = await inBatches(texts, signal, async (batch) => {
    const pairs = tokenizer(
      batch.map(() => query),
      { text_pair: batch, padding: true, truncation: true },
    );
    const { logits } = (await model(pairs)) as { logits: Tensor };
    return [...(logits.data as Float32Array)].filter((_, at) => at % (logits.dims[1] ?? 1) === 0);
  });
  return scores
    .map((logit, index) => ({
      index,
      score: raw_scores ? logit : 1 / (1 + Math.exp(-logit)),
      ...(return_text ? { text: texts[index] } : {}),
    }))
    .sort((one, two) => two.score - one.score)
    .slice(0, top_n as number);
}
