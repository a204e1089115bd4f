import type { FastifyInstance } from '../../../base/kit/app.ts';
import { ApiError } from '../../../base/kit/errors.ts';

/**
 * Bounds what the bodies of all requests under way take of memory: however many clients there are, more than this is
 * refused before it is read. A body of unknown length counts as the longest that is allowed.
 */
export function limitIntake(app: FastifyInstance, limitBytes: number, longestBody: number): void {
  let total = 0;
  app.addHook('onRequest', async ({ raw, method }, reply) => {
    if (method !== 'POST') return;
    const bytes = Number(raw.headers['content-length'] ?? longestBody);
    // One request always passes; its own length is judged when it is read.
    if (total > 0 && total + bytes > limitBytes) {
      const message = 'too many large requests are being worked on; try again in a moment';
      throw new ApiError(503, 'queue_full', message, { retryAfter: 1 });
    }
    total += bytes;
    // Also where the client hangs up, when no answer is ever sent.
    reply.raw.once('close', () => {
      total -= bytes;
    });
  });
}
