import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

export interface Intake {
  /** A hook that counts a request's body before it is read, by the length that it announces. */
  onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** A hook that counts a body without an announced length as it arrives. */
  preParsing(request: FastifyRequest, reply: FastifyReply, payload: Readable): Promise<Readable>;
  /** The same for a body whose parser goes past that hook, as forms' does: to be told of its bytes. */
  arrivedAt(request: FastifyRequest, reply: FastifyReply): (bytes: number) => void;
  /** Counts bytes that come another way, until the answer is sent. */
  reserve(bytes: number, reply: FastifyReply): void;
}

/**
 * Bounds what all requests under way take of memory: however many clients there are, what is more than this is
 * refused. One request always passes; its own length is judged when it is read.
 */
export function createIntake(limitBytes: number): Intake {
  let total = 0;
  const held = new WeakMap<FastifyReply['raw'], number>();
  const reserve = (bytes: number, { raw }: FastifyReply) => {
    const own = held.get(raw);
    if (total > (own ?? 0) && total + bytes > limitBytes) {
      const message = 'too many large requests are being worked on; try again in a moment';
      throw new ApiError(503, 'queue_full', message, { retryAfter: 1 });
    }
    total += bytes;
    held.set(raw, (own ?? 0) + bytes);
    // Also where the client hangs up, when no answer is ever sent.
    if (own === undefined) raw.once('close', () => (total -= held.get(raw) ?? 0));
  };
  return {
    reserve,
    onRequest: async (request, reply) => {
      if (request.method === 'POST') reserve(announced(request) ?? 0, reply);
    },
    preParsing: async (request, reply, payload) => {
      if (request.method !== 'POST' || announced(request) !== undefined) return payload;
      return Readable.from(
        counted(payload, (bytes) => reserve(bytes, reply)),
        { objectMode: false },
      );
    },
    arrivedAt: (request, reply) => (bytes) => {
      if (announced(request) === undefined) reserve(bytes, reply);
    },
  };
}

function announced({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

async function* counted(payload: Readable, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of payload) {
    count((chunk as Buffer).length);
    yield chunk as Buffer;
  }
}
