import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

export interface Intake {
  /** A hook that counts a request's body before it is read; one of unknown length as the longest that is allowed. */
  onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts bytes that come another way, until the answer is sent. */
  reserve(bytes: number, reply: FastifyReply): void;
}

/**
 * Bounds what all requests under way take of memory: however many clients there are, what is more than this is
 * refused. One request always passes; its own length is judged when it is read.
 */
export function createIntake(limitBytes: number, longestBody: number): Intake {
  let total = 0;
  const reserve = (bytes: number, { raw }: FastifyReply) => {
    if (total > 0 && total + bytes > limitBytes) {
      const message = 'too many large requests are being worked on; try again in a moment';
      throw new ApiError(503, 'queue_full', message, { retryAfter: 1 });
    }
    total += bytes;
    // Also where the client hangs up, when no answer is ever sent.
    raw.once('close', () => {
      total -= bytes;
    });
  };
  return {
    reserve,
    onRequest: async ({ raw, method }, reply) => {
      if (method === 'POST') reserve(Number(raw.headers['content-length'] ?? longestBody), reply);
    },
  };
}
