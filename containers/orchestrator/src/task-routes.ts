import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { FastifyInstance, FastifyRequest } from '../../base/kit/app.ts';
import { ApiError } from '../../base/kit/errors.ts';
import type { Intake } from '../../base/kit/intake.ts';
import type { Task } from './catalogue.ts';
import { forward } from './forward.ts';
import type { Listing } from './listing.ts';

export interface TaskRouteOptions {
  tasks: Listing<Task>;
  dispatcher: Dispatcher;
  intake: Intake;
  bodyLimitBytes: number;
}

/** Tasks of the vision and natural-language services; images pass as they come, for the service to limit. */
export function addTaskRoutes(
  scope: FastifyInstance,
  { tasks, dispatcher, intake, bodyLimitBytes }: TaskRouteOptions,
): void {
  scope.addHook('onRequest', async (request, reply) => {
    // Refused here: the service would hang up in the middle of it, before anybody reads why.
    if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes);
    if (isJson(request)) await intake.onRequest(request, reply);
  });
  scope.addHook('preParsing', async (request, reply, payload) =>
    isJson(request) ? intake.preParsing(request, reply, payload) : payload,
  );
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  scope.addContentTypeParser(
    /^(multipart\/form-data|image\/|application\/octet-stream)/,
    (_request, payload, done) => done(null, payload),
  );
  scope.get('/v1/tasks', async () => ({
    object: 'list',
    data: (await tasks.list()).map(({ source, item }) => ({ ...item, service: source.service })),
  }));
  scope.post<{ Params: { task: string } }>('/v1/tasks/:task', async (request, reply) => {
    const { source, item } = await tasks.find(request.params.task);
    const { search } = new URL(request.url, 'http://gateway');
    return forward(request, reply, {
      dispatcher,
      locate: () => `${source.url}/v1/tasks/${encodeURIComponent(item.task)}${search}`,
      service: `the ${source.service} service`,
      body: request.body as Buffer | Readable,
      fresh: false,
    });
  });
}

function isJson({ headers }: FastifyRequest): boolean {
  return /json/i.test(headers['content-type'] ?? '');
}

function bodyTooLarge(limitBytes: number): ApiError {
  const message = `the body is larger than ${limitBytes / 2 ** 20} MiB (BODY_LIMIT_MEBIBYTES)`;
  return new ApiError(413, 'body_too_large', message);
}
