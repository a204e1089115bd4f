import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { ApiError, errorBody } from './errors.ts';
import type { Logger } from './log.ts';
import { traceId } from './trace.ts';

export type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface Readiness {
  ready: boolean;
  /** What is missing, or what there is: shown as it stands under /readyz. */
  [detail: string]: unknown;
}

export interface AppOptions {
  log: Logger;
  bodyLimitBytes: number;
  readiness(): Promise<Readiness>;
  /** What an error of the service's own libraries means to the caller; itself where it means nothing. */
  translate?: (error: unknown) => unknown;
}

/** A fastify instance with our logs, ids, error shape, /healthz (alive) and /readyz (able to work). */
export function createBaseApp({
  log,
  bodyLimitBytes,
  readiness,
  translate = (error) => error,
}: AppOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    bodyLimit: bodyLimitBytes,
    routerOptions: { ignoreTrailingSlash: true },
    genReqId: (request) => requestId(request.headers['x-request-id']),
    frameworkErrors: (error, _request, reply) => {
      const known = toApiError(error);
      (reply as unknown as FastifyReply).code(known.status).send(errorBody(known));
    },
    // Unknown and mistyped fields are errors of the caller's, not to be mended in silence.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    childLoggerFactory: (logger, bindings, options, request) =>
      logger.child({ ...bindings, traceId: traceId(request.headers.traceparent) }, options),
  }) as unknown as FastifyInstance;

  app.setErrorHandler((error: FastifyError | ApiError, request, reply) => {
    const known = toApiError(translate(error) as FastifyError | ApiError);
    if (known.status >= 500) request.log.error({ err: error }, known.message);
    if (known.retryAfter !== undefined) reply.header('retry-after', String(known.retryAfter));
    return reply.code(known.status).send(errorBody(known));
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new ApiError(
      404,
      'not_found',
      `there is no ${request.method} ${request.url.split('?')[0]}`,
    );
    return reply.code(404).send(errorBody(error));
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const level = quiet.has(request.url) ? 'debug' : 'info';
    const { method } = request;
    // Without the query: what a user asks does not belong in a log.
    const url = request.url.split('?')[0];
    request.log[level](
      { method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });

  app.get('/healthz', async () => ({ status: 'ok' }));
  const shared = sharedFor(500, readiness);
  app.get('/readyz', async (_request, reply) => {
    const state = await shared();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  return app;
}

/** One answer for all who ask within the same moment: being asked often must cost nothing. */
function sharedFor<T>(milliseconds: number, work: () => Promise<T>): () => Promise<T> {
  let answer: { at: number; value: Promise<T> } | undefined;
  return () => {
    if (answer === undefined || performance.now() - answer.at > milliseconds) {
      answer = { at: performance.now(), value: work() };
    }
    return answer.value;
  };
}

/** The client's own id where it is one that can stand in a log line and a header; a new one otherwise. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : randomUUID();
}

/** Asked every few seconds by probes: not worth a line each. */
const quiet = new Set(['/healthz', '/readyz']);

const fastifyCodes: Readonly<Record<string, [status: number, code: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body_too_large'],
  FST_REQ_FILE_TOO_LARGE: [413, 'body_too_large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported_media_type'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'invalid_json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'invalid_json'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: [415, 'unsupported_media_type'],
  FST_FILES_LIMIT: [400, 'too_many_files'],
  FST_FIELDS_LIMIT: [400, 'too_many_fields'],
};

function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  const known = fastifyCodes[error.code];
  if (known) return new ApiError(known[0], known[1], error.message);
  if (error.validation) return new ApiError(400, 'invalid_request', error.message);
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ApiError(error.statusCode, 'invalid_request', error.message);
  }
  return new ApiError(
    500,
    'internal_error',
    'something went wrong here; the log has the details under this request id',
  );
}
