import { ApiError } from '../../../base/kit/errors.ts';
import { embed, similarities } from './embedding.ts';
import { fillMask } from './fill-mask.ts';
import { openImages } from './image-decode.ts';
import type { Job } from './job.ts';
import { rank, rewrite } from './language.ts';
import type { ModelLease } from './model-cache.ts';
import { answerQuestion } from './question-answering.ts';
import type { TaskName } from './task-names.ts';
import { classify, classifyZeroShot } from './text-classification.ts';
import { findEntities } from './token-classification.ts';
import * as vision from './vision.ts';

export interface Context {
  models: ModelLease;
  /** Pixels that the images of a job may have together. */
  pixels: number;
  signal: AbortSignal;
}

/** Does a job: inputs of the request in, Hugging Face's answer for them out. */
export async function runJob(job: Job, context: Context): Promise<unknown> {
  return runs[job.task](job, context);
}

type Run = (job: Job, context: Context) => Promise<unknown>;

const runs: Readonly<Record<TaskName, Run>> = {
  'text-classification': classify,
  'zero-shot-classification': classifyZeroShot,
  'token-classification': findEntities,
  'question-answering': answerQuestion,
  summarization: rewrite,
  translation: rewrite,
  'fill-mask': fillMask,
  'feature-extraction': embed,
  'sentence-similarity': similarities,
  'text-ranking': rank,
  'image-classification': withImages(vision.classify),
  'zero-shot-image-classification': withImages(vision.classifyZeroShot),
  'object-detection': withImages(vision.detect),
  'image-segmentation': withImages(vision.segment),
  'depth-estimation': withImages(vision.estimateDepth),
  'image-to-text': withImages(vision.caption),
  'image-feature-extraction': withImages(vision.features),
};

/** One image gives its answer, several give a list of theirs. */
function withImages(run: vision.VisionRun): Run {
  return async (job, context) => {
    const many = Array.isArray(job.inputs);
    const images = await openImages((many ? job.inputs : [job.inputs]) as Uint8Array[], context.pixels);
    const answers = await run(images, job, context);
    if (answers.length !== images.length)
      throw new ApiError(500, 'inference_failed', 'an image has no answer');
    return many ? answers : answers[0];
  };
}

const batchSize = 16;
/** Characters of each text in a full batch; what a batch takes of memory grows with the square of its longest text. */
const batchLength = 2000;

export interface Batching<I> {
  /** Most items in one batch. */
  size?: number;
  /** Characters of an item. */
  lengthOf?(item: I): number;
  /** Items go together only with neighbours of the same kind. */
  kindOf?(item: I): string;
}

/** Work in batches that a cancelled request ends between; the longer the texts, the fewer in one. */
export async function inBatches<I, O>(
  items: readonly I[],
  signal: AbortSignal,
  work: (batch: I[]) => Promise<O[]>,
  { size = batchSize, lengthOf = lengthOfText, kindOf = () => '' }: Batching<I> = {},
): Promise<O[]> {
  const results: O[] = [];
  for (let start = 0, end = 0; start < items.length; start = end) {
    signal.throwIfAborted();
    let longest = batchLength;
    for (end = start; end < items.length && end - start < size; end++) {
      const item = items[end] as I;
      longest = Math.max(longest, lengthOf(item));
      if (end > start && (end - start + 1) * longest ** 2 > batchSize * batchLength ** 2) break;
      if (kindOf(item) !== kindOf(items[start] as I)) break;
    }
    results.push(...(await work(items.slice(start, end))));
    // Messages are read, and other requests take their turn, between batches.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

function lengthOfText(item: unknown): number {
  return typeof item === 'string' ? item.length : 0;
}
