import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Dispatcher, request as send } from 'undici';
import type { FastifyReply, FastifyRequest } from '../../base/kit/app.ts';
import { ApiError, errorBody } from '../../base/kit/errors.ts';
import type { Logger } from '../../base/kit/log.ts';

export interface Forwarding {
  dispatcher: Dispatcher;
  /** Where to, with the path and query; asked once more, with `true`, when nobody answers there. */
  locate(again: boolean): string | Promise<string>;
  /** The service's name, for errors. */
  service: string;
  body: Buffer | Readable | undefined;
  /**
   * The answer will be a stream of events. llama-server closes such connections although it announces
   * keep-alive, so they are never used again.
   */
  streaming: boolean;
}

const passedRequestHeaders = ['content-type', 'accept', 'range', 'tracestate'];
const droppedAnswerHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'server',
  'access-control-allow-origin',
  'access-control-allow-credentials',
]);

/** Passes a request on and its answer back as it arrives; a client that hangs up ends the work behind it. */
export async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  to: Forwarding,
): Promise<FastifyReply> {
  const hangUp = hangUpOf(reply);
  const answer = await sendWithRetry(request, to, hangUp);
  reply.code(answer.statusCode);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !droppedAnswerHeaders.has(name)) reply.header(name, value);
  }
  const events = String(answer.headers['content-type']).startsWith('text/event-stream');
  return reply.send(
    events ? Readable.from(endedCleanly(request, answer.body, to.service, hangUp)) : answer.body,
  );
}

/** Aborts when the client goes before its answer is whole. */
export function hangUpOf(reply: FastifyReply): AbortSignal {
  const hangUp = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) hangUp.abort();
  });
  if (reply.raw.destroyed) hangUp.abort();
  return hangUp.signal;
}

/** The trace goes on behind the gateway under the id that its log has. */
function traceparentOf(request: FastifyRequest): string {
  const { traceId } = (request.log as Logger).bindings() as { traceId: string };
  return `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}

/** A connection that was reset before any byte of an answer is tried once more: the service had just closed it. */
async function sendWithRetry(request: FastifyRequest, to: Forwarding, signal: AbortSignal) {
  const headers: Record<string, string> = { 'x-request-id': request.id, traceparent: traceparentOf(request) };
  for (const name of passedRequestHeaders) {
    const value = request.headers[name];
    if (typeof value === 'string' && (to.body !== undefined || name !== 'content-type'))
      headers[name] = value;
  }
  // Of a stream only its sender knows the length, and the service behind judges requests by it.
  const length = request.headers['content-length'];
  if (to.body instanceof Readable && length !== undefined) headers['content-length'] = length;
  const once = async (again: boolean) =>
    send(await to.locate(again), {
      dispatcher: to.dispatcher,
      method: request.method as Dispatcher.HttpMethod,
      headers,
      body: to.body ?? null,
      reset: to.streaming,
      signal,
    });
  try {
    return await once(false);
  } catch (error) {
    if (signal.aborted) throw hungUp;
    if (error instanceof ApiError) throw error;
    const repeatable = !(to.body instanceof Readable) && nobodyAnswered(error);
    if (!repeatable) throw unavailable(error, to.service);
    request.log.debug({ service: to.service }, 'no answer, or a reset before one; trying once more');
    return await once(true).catch((again) => {
      throw again instanceof ApiError ? again : unavailable(again, to.service);
    });
  }
}

/** Nobody is there to read it; 499 is nginx's code for it, seen in the log alone. */
const hungUp = new ApiError(499, 'client_closed_request', 'the client hung up before the answer');

const unanswered = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET']);

function nobodyAnswered(error: unknown): boolean {
  return unanswered.has(String((error as { code?: string }).code));
}

function unavailable(error: unknown, service: string): ApiError {
  const code = (error as { code?: string }).code;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new ApiError(504, 'service_timeout', `${service} did not answer in time`, { cause: error });
  }
  return new ApiError(
    503,
    'service_unavailable',
    `${service} is not available just now; try again in a moment`,
    {
      retryAfter: 2,
      cause: error,
    },
  );
}

/** Events as they come; where the service dies half-way, one error event that clients understand, then the end. */
async function* endedCleanly(
  request: FastifyRequest,
  body: Readable,
  service: string,
  hangUp: AbortSignal,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    if (hangUp.aborted) return;
    request.log.error({ err: error }, `${service} broke off in the middle of its answer`);
    const broken = new ApiError(
      502,
      'stream_broken',
      `${service} broke off in the middle of its answer; try again`,
    );
    yield Buffer.from(`\n\ndata: ${JSON.stringify(errorBody(broken))}\n\n`);
  }
}
