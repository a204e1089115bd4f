import { ApiError } from '../../../base/kit/errors.ts';
import type { Logger } from '../../../base/kit/log.ts';
import type { JobFailure } from './job.ts';

export function toError(failure: JobFailure, log: Logger): ApiError {
  if (failure.stack) log.error({ stack: failure.stack }, failure.message);
  return new ApiError(failure.status, failure.code, failure.message, { param: failure.param });
}

export function died(signal: string | null): ApiError {
  const why = signal === 'SIGKILL' ? ', most likely for want of memory' : '';
  const message = `the process that computed this ended${why}; send fewer or smaller inputs, or raise the service's memory limit`;
  return new ApiError(503, 'worker_ended', message, { retryAfter: 1 });
}

export function queueFull(length: number, retryAfter: number): ApiError {
  const message = `${length} requests are waiting already (INFERENCE_QUEUE); try again in about ${retryAfter} s`;
  return new ApiError(503, 'queue_full', message, { retryAfter });
}

export function tooSlow(milliseconds: number): ApiError {
  const message = `this took longer than ${milliseconds / 1000} s (INFERENCE_SECONDS); send fewer or smaller inputs`;
  return new ApiError(504, 'inference_timeout', message);
}
