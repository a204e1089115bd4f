import { ApiError } from '../../../base/kit/errors.ts';
import type { FromWorker, Job, JobFailure, ToWorker, WorkerSettings } from './job.ts';
import { createModelCache } from './model-cache.ts';
import { runJob } from './run-job.ts';

/** A process that computes what the pool sends it, one job at a time. */
const settings = JSON.parse(process.env.WORKER_SETTINGS ?? '{}') as WorkerSettings;
const models = createModelCache(settings);
let current: { id: number; cancel: AbortController } | undefined;

process.on('message', (message: ToWorker) => {
  if (message.kind === 'run') work(message.id, message.job);
  else if (message.id === current?.id) current.cancel.abort();
});
// The pool may have gone without a word.
process.on('disconnect', () => process.exit(0));

async function work(id: number, job: Job): Promise<void> {
  const cancel = new AbortController();
  current = { id, cancel };
  let answer: FromWorker;
  try {
    const result = await runJob(job, { models, pixels: settings.pixels, signal: cancel.signal });
    answer = { kind: 'done', id, result, loaded: models.loaded() };
  } catch (error) {
    answer = { kind: 'failed', id, failure: describe(error), loaded: models.loaded() };
  }
  process.send?.(answer);
}

function describe(error: unknown): JobFailure {
  if (error instanceof ApiError) {
    const { status, code, message, param } = error;
    return { status, code, message, param };
  }
  const { message, stack = message } = error as Error;
  return {
    status: 500,
    code: 'inference_failed',
    message: `the model could not compute this: ${message.slice(0, 300)}`,
    param: null,
    stack,
  };
}
