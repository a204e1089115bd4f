import type { FastifyReply } from 'fastify';
import { ApiError } from './errors.ts';

/** Nobody is there to read it; 499 is nginx's code for it, seen in the log alone. */
export const hungUp = new ApiError(499, 'client_closed_request', 'the client hung up before the answer');

/** Aborts when the client goes before its answer is whole. */
export function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const hangUp = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) hangUp.abort(hungUp);
  });
  if (raw.destroyed) hangUp.abort(hungUp);
  return hangUp.signal;
}
