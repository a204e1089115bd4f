import { type PreTrainedTokenizer, softmax, type Tensor } from '@huggingface/transformers';
import { ApiError } from '../../../base/kit/errors.ts';
import type { Job } from './job.ts';
import { pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { best } from './scores.ts';
import { asAsked, textsOf } from './texts.ts';

/** The likeliest words for the mask; or of the words in `targets`, with the score each has among all. */
export async function fillMask(job: Job, { models, signal }: Context): Promise<unknown> {
  const pipeline = await pipelineFor(job, models);
  const tokenizer = pipeline.tokenizer as PreTrainedTokenizer;
  const model = pipeline.model as unknown as (inputs: unknown) => Promise<{ logits: Tensor }>;
  const mask = tokenizer.mask_token ?? '[MASK]';
  const wrong = textsOf(job).findIndex((text) => text.split(mask).length !== 2);
  if (wrong >= 0) throw badMask(mask, Array.isArray(job.inputs) ? `inputs[${wrong}]` : 'the text');
  const { top_k = 5 } = job.parameters;
  const targets = targetIds(job.parameters.targets as string | string[] | undefined, tokenizer);
  const answers = await inBatches(textsOf(job), signal, async (texts) => {
    const encoded = tokenizer(texts, { padding: true, truncation: true });
    const { logits } = await model(encoded);
    const vocabulary = logits.dims[2] as number;
    return ((encoded.input_ids as Tensor).tolist() as bigint[][]).map((ids, row) => {
      const at = ids.findIndex((id) => Number(id) === tokenizer.mask_token_id);
      // Cut off with what was too long of the text.
      if (at < 0) throw badMask(mask, 'what the model reads of the text');
      const start = (row * (logits.dims[1] as number) + at) * vocabulary;
      const scores = softmax((logits.data as Float32Array).slice(start, start + vocabulary)) as Float32Array;
      const candidates = (targets ?? [...scores.keys()]).map((token) => ({
        token,
        score: scores[token] ?? 0,
      }));
      return best(candidates, top_k as number).map(({ token, score }) => ({
        score,
        token,
        token_str: tokenizer.decode([token]),
        sequence: tokenizer.decode(ids.with(at, BigInt(token)), { skip_special_tokens: true }),
      }));
    });
  });
  return asAsked(job, answers);
}

/** A word of several tokens stands for its first one, as Hugging Face has it: `token_str` shows it. */
function targetIds(
  targets: string | string[] | undefined,
  tokenizer: PreTrainedTokenizer,
): number[] | undefined {
  if (targets === undefined) return undefined;
  const ids = [targets]
    .flat()
    .map((word) => Number(tokenizer.encode(word, { add_special_tokens: false })[0]));
  return [...new Set(ids.filter((id) => Number.isInteger(id)))];
}

function badMask(mask: string, where: string): ApiError {
  const message = `${where} needs the model's mask, '${mask}', exactly once`;
  return new ApiError(400, 'missing_mask', message, { param: 'inputs' });
}
