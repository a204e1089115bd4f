import { softmax, type Tensor } from '@huggingface/transformers';
import type { Job } from './job.ts';
import { type Pipeline, pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { best, type Labelled, rowsOf, scoresOf } from './scores.ts';
import type { scorings } from './task-schemas.ts';
import { asAsked, textsOf } from './texts.ts';

/** What transformers.js' pipelines for text hold. */
type TextPipeline = Required<Pick<Pipeline, 'tokenizer'>> & {
  model: ((inputs: unknown) => Promise<{ logits: Tensor }>) & {
    config: { id2label?: Record<number, string>; problem_type?: string };
  };
  entailment_id?: number;
  contradiction_id?: number;
};

const cut = { padding: true, truncation: true } as const;

/** Labels by score, best first; a list of lists, for one text too, as Hugging Face's API has it. */
export async function classify(job: Job, { models, signal }: Context): Promise<Labelled[][]> {
  const { tokenizer, model } = (await pipelineFor(job, models)) as unknown as TextPipeline;
  const { id2label = {}, problem_type } = model.config;
  const { top_k = 5, function_to_apply } = job.parameters;
  return inBatches(textsOf(job), signal, async (texts) => {
    const { logits } = await model(tokenizer(texts, cut));
    return rowsOf(logits).map((row) => {
      const own = problem_type === 'multi_label_classification' || row.length === 1 ? 'sigmoid' : 'softmax';
      const scores = scoresOf(row, (function_to_apply as (typeof scorings)[number] | undefined) ?? own);
      const labelled = scores.map((score, id) => ({ label: id2label[id] ?? `LABEL_${id}`, score }));
      return best(labelled, top_k as number);
    });
  });
}

/** Each text with each label is a pair for the model to judge; the pairs of all texts go in batches. */
export async function classifyZeroShot(job: Job, { models, signal }: Context): Promise<unknown> {
  const pipeline = (await pipelineFor(job, models)) as unknown as TextPipeline;
  const { tokenizer, model, entailment_id = 2, contradiction_id = 0 } = pipeline;
  const { multi_label = false, hypothesis_template = 'This example is {}.' } = job.parameters;
  const labels = job.parameters.candidate_labels as string[];
  const hypotheses = labels.map((label) => (hypothesis_template as string).replace('{}', () => label));
  const texts = textsOf(job);
  const pairs = texts.flatMap((text) => hypotheses.map((hypothesis) => ({ text, hypothesis })));
  const logits = await inBatches(
    pairs,
    signal,
    async (batch) => {
      const text_pair = batch.map(({ hypothesis }) => hypothesis);
      const encoded = tokenizer(
        batch.map(({ text }) => text),
        { ...cut, text_pair },
      );
      return rowsOf((await model(encoded)).logits);
    },
    { lengthOf: ({ text, hypothesis }) => text.length + hypothesis.length },
  );
  const each = multi_label === true || labels.length === 1;
  const answers = texts.map((_, at) => {
    const rows = logits.slice(at * labels.length, (at + 1) * labels.length);
    const scores = each
      ? rows.map((row) => softmax([row[contradiction_id] ?? 0, row[entailment_id] ?? 0])[1] as number)
      : (softmax(rows.map((row) => row[entailment_id] ?? 0)) as number[]);
    return best(labels.map((label, index) => ({ label, score: scores[index] as number })));
  });
  return asAsked(job, answers);
}
