import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
import { ApiError } from '../../../base/kit/errors.ts';
import { generationOptions } from './generation.ts';
import type { Job } from './job.ts';
import { limitTokens, pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { safeLabels } from './safe-labels.ts';
import { wordFinder } from './word-finder.ts';

type Labelled = { label: string; score: number };

const textsOf = ({ inputs }: Job) => (Array.isArray(inputs) ? inputs : [inputs]) as string[];
/** One text gives its answer, several give a list of theirs. */
const asAsked = <T>({ inputs }: Job, answers: readonly T[]) => (Array.isArray(inputs) ? answers : answers[0]);

/** Labels by score, best first; a list of lists, for one text too, as Hugging Face's API has it. */
export async function classify(job: Job, { models, signal }: Context): Promise<Labelled[][]> {
  const run = await pipelineFor(job, models);
  const { top_k = 5 } = job.parameters;
  return inBatches(textsOf(job), signal, async (texts) => {
    const answers = (await run(texts, { top_k })) as Labelled[] | Labelled[][];
    // With top_k 1 the pipeline leaves out the inner list.
    return answers.map((answer) => [answer].flat());
  });
}

export async function classifyZeroShot(job: Job, { models, signal }: Context): Promise<unknown> {
  const run = await pipelineFor(job, models);
  const { candidate_labels, ...options } = job.parameters;
  const { escaped, original } = safeLabels(candidate_labels as string[]);
  const answers: Labelled[][] = [];
  for (const text of textsOf(job)) {
    signal.throwIfAborted();
    const { labels, scores } = (await run(text, escaped, options)) as {
      labels: string[];
      scores: number[];
    };
    answers.push(labels.map((label, index) => ({ label: original(label), score: scores[index] as number })));
  }
  return asAsked(job, answers);
}

interface Entity {
  word: string;
  score: number;
  index?: number;
  entity?: string;
  entity_group?: string;
}

export async function findEntities(job: Job, { models, signal }: Context): Promise<unknown> {
  const run = await pipelineFor(job, models);
  const options = { aggregation_strategy: 'simple', ...job.parameters };
  const answers = await inBatches(textsOf(job), signal, async (texts) => {
    const found = (await run(texts, options)) as Entity[][];
    return found.map((entities, index) => withSpans(entities, texts[index] as string));
  });
  return asAsked(job, answers);
}

/** Adds where each word stands in the text, which the pipeline does not say: each is looked for after the one before. */
function withSpans(entities: readonly Entity[], text: string) {
  const find = wordFinder(text);
  let from = 0;
  return entities.map((entity) => {
    const span = find(entity.word.replace(/^##/, ''), from);
    if (span) from = span.end;
    return { ...entity, start: span?.start ?? from, end: span?.end ?? from };
  });
}

export async function answerQuestion(job: Job, { models }: Context): Promise<unknown> {
  const run = await pipelineFor(job, models);
  const { question, context } = job.inputs as { question: string; context: string };
  const { top_k = 1 } = job.parameters;
  const find = wordFinder(context);
  const found = (await run(question, context, { top_k })) as Entity | Entity[] | Entity[][];
  const answers = [found].flat(2).map((each) => {
    const { answer, score } = each as unknown as { answer: string; score: number };
    const span = find(answer, 0) ?? { start: 0, end: 0 };
    return { answer: span.end > 0 ? context.slice(span.start, span.end) : answer, score, ...span };
  });
  return top_k === 1 ? answers[0] : answers;
}

/** Summaries and translations. */
export async function rewrite(job: Job, { models, signal }: Context): Promise<unknown[]> {
  const run = await pipelineFor(job, models);
  const options = generationOptions(job.parameters, run, signal);
  return inBatches(textsOf(job), signal, async (texts) => [(await run(texts, options)) as unknown[]].flat());
}

export async function fillMask(job: Job, { models, signal }: Context): Promise<unknown> {
  const run = await pipelineFor(job, models);
  const mask = run.tokenizer?.mask_token ?? '[MASK]';
  const wrong = textsOf(job).findIndex((text) => text.split(mask).length !== 2);
  if (wrong >= 0) throw badMask(mask, Array.isArray(job.inputs) ? `inputs[${wrong}]` : 'the text');
  const { top_k = 5 } = job.parameters;
  const fill = async (texts: string[]) => (await run(texts, { top_k })) as unknown[];
  const answers = await inBatches(textsOf(job), signal, fill).catch((error: Error) => {
    // Cut off with what was too long of the text.
    throw /Mask token .* not found/.test(error.message)
      ? badMask(mask, 'what the model reads of the text')
      : error;
  });
  return asAsked(job, answers);
}

function badMask(mask: string, where: string): ApiError {
  const message = `${where} needs the model's mask, '${mask}', exactly once`;
  return new ApiError(400, 'missing_mask', message, { param: 'inputs' });
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
