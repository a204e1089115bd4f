import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { FastifyInstance } from '../../base/kit/app.ts';
import type { Task } from './catalogue.ts';
import { forward } from './forward.ts';
import type { Listing } from './listing.ts';

/** Tasks of the vision and natural-language services; images pass as they come, for the service to limit. */
export function addTaskRoutes(scope: FastifyInstance, tasks: Listing<Task>, dispatcher: Dispatcher): void {
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
      streaming: false,
    });
  });
}
