import type { Job } from './job.ts';
import { pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { asAsked } from './texts.ts';
import { wordFinder } from './word-finder.ts';

interface Question {
  question: string;
  context: string;
}

/** Answers as parts of the context. One question after another: seeking the best span takes the time, not the model. */
export async function answerQuestion(job: Job, { models, signal }: Context): Promise<unknown> {
  const run = await pipelineFor(job, models);
  const { top_k = 1 } = job.parameters;
  const answers = await inBatches(
    [job.inputs].flat() as Question[],
    signal,
    async ([asked]) => {
      const { question, context } = asked as Question;
      const find = wordFinder(context);
      const found = [await run(question, context, { top_k })].flat(2) as { answer: string; score: number }[];
      const spans = found.map(({ answer, score }) => {
        const span = find(answer, 0) ?? { start: 0, end: 0 };
        return { answer: span.end > 0 ? context.slice(span.start, span.end) : answer, score, ...span };
      });
      return [top_k === 1 ? spans[0] : spans];
    },
    { size: 1 },
  );
  return asAsked(job, answers);
}
