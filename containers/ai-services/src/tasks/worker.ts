import { ApiError } from '../../../base/kit/errors.ts';
import { hungUp } from '../../../base/kit/hang-up.ts';
import type { FromWorker, Job, JobFailure, ToWorker, WorkerSettings } from './job.ts';
import { createModelCache } from './model-cache.ts';
import { runJob } from './run-job.ts';

/**
 * A process that computes what the pool sends it. Jobs take turns at each run of a model: a run holds up the process,
 * and whoever wants the next one queues behind the others. https://github.com/microsoft/onnxruntime (js/node/lib/backend.ts)
 */
const settings = JSON.parse(process.env.WORKER_SETTINGS ?? '{}') as WorkerSettings;
const models = createModelCache(settings);
const current = new Map<number, AbortController>();

process.on('message', (message: ToWorker) => {
  if (message.kind === 'run') work(message.id, message.job);
  else current.get(message.id)?.abort();
});
// The pool may have gone without a word.
process.on('disconnect', () => process.exit(0));

async function work(id: number, job: Job): Promise<void> {
  const cancel = new AbortController();
  const { signal } = cancel;
  current.set(id, cancel);
  const lease = models.lease(signal);
  let answer: FromWorker;
  try {
    const result = serialise(await runJob(job, { models: lease, pixels: settings.pixels, signal }));
    answer = { kind: 'done', id, result, loaded: models.loaded() };
  } catch (error) {
    const failure = describe(signal.aborted ? hungUp : error);
    answer = { kind: 'failed', id, failure, loaded: models.loaded() };
  } finally {
    lease.end();
    current.delete(id);
  }
  process.send?.(answer);
}

const longestAnswer = 64 * 2 ** 20;

/** Made here, and bounded: an answer of very many numbers must not hold up the process that serves everybody. */
function serialise(result: unknown): Buffer {
  try {
    const bytes = Buffer.from(JSON.stringify(result));
    if (bytes.length <= longestAnswer) return bytes;
  } catch (error) {
    // What V8 says of a text that is longer than any may be.
    if (!(error instanceof RangeError)) throw error;
  }
  const message = `the answer is longer than ${longestAnswer / 2 ** 20} MiB; send fewer inputs, or ask for less of each`;
  throw new ApiError(413, 'answer_too_large', message, { param: 'inputs' });
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
