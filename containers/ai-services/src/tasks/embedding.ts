import {
  AutoModel,
  AutoTokenizer,
  mean_pooling,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
import type { Job } from './job.ts';
import type { Pooling } from './model-index.ts';
import { limitTokens } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';

/** A text's embedding: one vector, or with pooling `none` one for each token. */
type Embedded = { vector: number[] | number[][]; tokens: number };

/** Embeddings of texts, and with the parameter `tokens` how many tokens each had. */
export async function embed(job: Job, context: Context): Promise<unknown> {
  const many = Array.isArray(job.inputs);
  const texts = (many ? job.inputs : [job.inputs]) as string[];
  const embedded = await embedTexts(texts, job, context);
  if (job.parameters.tokens) return embedded;
  const vectors = embedded.map(({ vector }) => vector);
  return many ? vectors : vectors[0];
}

/** Cosine similarity of one sentence to others. */
export async function similarities(job: Job, context: Context): Promise<number[]> {
  const { source_sentence, sentences } = job.inputs as { source_sentence: string; sentences: string[] };
  const parameters = { normalize: true };
  const [source, ...others] = await embedTexts(
    [source_sentence, ...sentences],
    { ...job, parameters },
    context,
  );
  const wanted = source?.vector as number[];
  return others.map(({ vector }) =>
    (vector as number[]).reduce((sum, value, at) => sum + value * (wanted[at] ?? 0), 0),
  );
}

async function embedTexts(
  texts: readonly string[],
  job: Job,
  { models, signal }: Context,
): Promise<Embedded[]> {
  const pooling = (job.parameters.pooling as Pooling | undefined) ?? job.model.pooling;
  const normalize = job.parameters.normalize === true && pooling !== 'none';
  const { tokenizer, model } = await models.get(job.model, 'embedding', async (id, options) => {
    const parts = {
      tokenizer: (await AutoTokenizer.from_pretrained(id, options)) as PreTrainedTokenizer,
      model: await AutoModel.from_pretrained(id, options),
    };
    limitTokens(
      parts.tokenizer,
      parts.model.config as unknown as Record<string, unknown>,
      models.longestTokens,
    );
    return { ...parts, dispose: () => parts.model.dispose() };
  });
  return inBatches(texts, signal, async (batch) => {
    const encoded = tokenizer([...batch], { padding: true, truncation: true });
    const mask = encoded.attention_mask as Tensor;
    const outputs = (await model(encoded)) as Record<string, Tensor>;
    const states = outputs.last_hidden_state ?? outputs.token_embeddings ?? outputs.logits;
    if (states === undefined)
      throw new Error(`it gives ${Object.keys(outputs).join(', ')}, and no hidden states`);
    // Padding may stand before the tokens or after them.
    const spans = (mask.tolist() as bigint[][]).map((row) => ({
      first: row.indexOf(1n),
      last: row.lastIndexOf(1n),
    }));
    const rows = pooled(states, mask, spans, pooling, normalize);
    return rows.map((vector, at) => ({ vector, tokens: lengthOf(spans[at]) }));
  });
}

/** Where a text's own tokens stand in its padded row. */
interface Span {
  first: number;
  last: number;
}

function lengthOf(span: Span | undefined): number {
  return span === undefined || span.first < 0 ? 0 : span.last - span.first + 1;
}

function pooled(
  states: Tensor,
  mask: Tensor,
  spans: readonly Span[],
  pooling: Pooling,
  normalize: boolean,
): (number[] | number[][])[] {
  if (pooling === 'none') {
    return (states.tolist() as number[][][]).map((rows, at) =>
      rows.slice(spans[at]?.first, (spans[at]?.last ?? -1) + 1),
    );
  }
  if (pooling === 'mean') {
    const means = mean_pooling(states, mask);
    return (normalize ? means.normalize(2, -1) : means).tolist() as number[][];
  }
  const rows = (states.tolist() as number[][][]).map(
    (row, at) => row[spans[at]?.[pooling === 'cls' ? 'first' : 'last'] ?? 0] ?? [],
  );
  return normalize ? rows.map(unit) : rows;
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
