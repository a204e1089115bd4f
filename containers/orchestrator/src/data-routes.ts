import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { FastifyInstance } from '../../base/kit/app.ts';
import { ApiError } from '../../base/kit/errors.ts';
import { forward } from './forward.ts';

const dataPaths = ['/v1/files', '/v1/files/*', '/v1/runs', '/v1/runs/*'];

/** Uploads pass as they come, for the data processor to limit; other bodies are small and are read whole. */
export function addDataRoutes(scope: FastifyInstance, url: string, dispatcher: Dispatcher): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload));
  const limited = { parseAs: 'buffer', bodyLimit: 2 ** 20 } as const;
  scope.addContentTypeParser('application/json', limited, (_request, body, done) => done(null, body));
  for (const path of dataPaths) {
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: path,
      handler: (request, reply) =>
        forward(request, reply, {
          dispatcher,
          locate: () => url + dataPath(request.url),
          service: 'the data processor',
          body: request.method === 'POST' ? (request.body as Buffer | Readable | undefined) : undefined,
          fresh: false,
          once: request.method === 'POST',
        }),
    });
  }
}

/** The path with its dots resolved: it must not lead out of what this gateway publishes. */
function dataPath(target: string): string {
  const { pathname, search } = new URL(target, 'http://gateway');
  if (/^\/v1\/(files|runs)(\/|$)/.test(pathname)) return pathname + search;
  throw new ApiError(404, 'not_found', `there is no ${pathname.slice(0, 200)}`);
}
