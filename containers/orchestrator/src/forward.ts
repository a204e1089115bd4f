import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { type Dispatcher, request as send } from 'undici';
import type { FastifyReply, FastifyRequest } from '../../base/kit/app.ts';
import { ApiError, errorBody, unavailable } from '../../base/kit/errors.ts';
import { hangUpOf, hungUp } from '../../base/kit/hang-up.ts';
import type { Logger } from '../../base/kit/log.ts';
import { reshapedError } from './engine-error.ts';

export interface Forwarding {
  dispatcher: Dispatcher;
  /** Where to, with the path and query; asked once more, with `true`, when nobody answers there. */
  locate(again: boolean): string | Promise<string>;
  /** The service's name, for errors. */
  service: string;
  body: Buffer | Readable | undefined;
  /**
   * On a connection of its own. llama-server closes connections after a stream although it announces keep-alive, so
   * with used ones nobody could tell a closed connection from an engine that died of the request.
   */
  fresh: boolean;
  /** What it starts must not be started twice: it is sent again only where nobody was there to take it. */
  once?: boolean;
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
  const type = String(answer.headers['content-type']);
  if (type.startsWith('text/event-stream'))
    return sendEvents(request, reply, answer.body, to.service, hangUp);
  if (answer.statusCode >= 400 && type.startsWith('application/json')) return sendError(reply, answer);
  return reply.send(answer.body);
}

/** Errors are short, and have one shape whoever made them. */
async function sendError(
  reply: FastifyReply,
  { statusCode, body }: Dispatcher.ResponseData,
): Promise<FastifyReply> {
  const text = await body.text();
  const reshaped = reshapedError(statusCode, text);
  reply.removeHeader('content-length');
  return reshaped === undefined ? reply.send(text) : reply.code(reshaped.status).send(reshaped.body);
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
      reset: to.fresh,
      signal,
    });
  try {
    return await once(false);
  } catch (error) {
    if (signal.aborted) throw hungUp;
    if (error instanceof ApiError) throw error;
    const repeatable = !(to.body instanceof Readable) && nobodyAnswered(error, to.once);
    if (!repeatable) throw failure(error, to.service);
    request.log.debug({ service: to.service }, 'no answer, or a reset before one; trying once more');
    return await once(true).catch((again) => {
      throw again instanceof ApiError ? again : failure(again, to.service);
    });
  }
}

const unanswered = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET']);

function nobodyAnswered(error: unknown, once = false): boolean {
  const code = String((error as { code?: string }).code);
  return once ? code === 'ECONNREFUSED' : unanswered.has(code);
}

function failure(error: unknown, service: string): ApiError {
  if ((error as { code?: string }).code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new ApiError(504, 'service_timeout', `${service} did not answer in time`, { cause: error });
  }
  return unavailable(service, error);
}

/**
 * Events as they come, by the shortest way: a token costs what passes it on. Where the service dies half-way, one error
 * event that clients understand, then the end.
 */
function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Readable,
  service: string,
  hangUp: AbortSignal,
): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  body.once('error', (error) => {
    if (hangUp.aborted) return;
    request.log.error({ err: error }, `${service} broke off in the middle of its answer`);
    const broken = new ApiError(
      502,
      'stream_broken',
      `${service} broke off in the middle of its answer; try again`,
    );
    raw.end(`\n\ndata: ${JSON.stringify(errorBody(broken))}\n\n`);
  });
  body.pipe(raw);
  return reply;
}
