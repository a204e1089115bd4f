import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { createBaseApp, type FastifyInstance } from '../../base/kit/app.ts';
import { ApiError } from '../../base/kit/errors.ts';
import type { Logger } from '../../base/kit/log.ts';
import { requireKey } from './auth.ts';
import { type Catalogue, createCatalogue, type GetJson } from './catalogue.ts';
import { parseCompletionRequest } from './completion-request.ts';
import { forward } from './forward.ts';
import { readinessOf } from './readiness.ts';

export interface GatewayOptions {
  apiKey: string;
  bodyLimitMebibytes: number;
  llmUrl: string;
  llmHealthUrl: string;
  visionUrl: string;
  nlpUrl: string;
  dataProcessorUrl: string;
  postgresHealthUrl: string;
}

export interface GatewayDependencies {
  log: Logger;
  dispatcher: Dispatcher;
  getJson: GetJson;
}

const modelRoutes = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings'];
const dataRoutes = ['/v1/files', '/v1/files/*', '/v1/runs', '/v1/runs/*'];

export function createApp(
  options: GatewayOptions,
  { log, dispatcher, getJson }: GatewayDependencies,
): FastifyInstance {
  const app = createBaseApp({
    log,
    bodyLimitBytes: options.bodyLimitMebibytes * 2 ** 20,
    readiness: () =>
      readinessOf(
        {
          llm: options.llmHealthUrl,
          vision: options.visionUrl,
          nlp: options.nlpUrl,
          'data-processor': options.dataProcessorUrl,
          postgres: options.postgresHealthUrl,
        },
        getJson,
      ),
  });
  const catalogue = createCatalogue(
    [
      { service: 'llm', url: options.llmUrl },
      { service: 'vision', url: options.visionUrl },
      { service: 'nlp', url: options.nlpUrl },
    ],
    getJson,
  );
  app.register(async (v1) => {
    v1.addHook('onRequest', requireKey(options.apiKey));
    v1.get('/v1/models', async () => ({ object: 'list', data: await catalogue.list() }));
    v1.register(async (scope) => addModelRoutes(scope, catalogue, dispatcher));
    v1.register(async (scope) => addDataRoutes(scope, options.dataProcessorUrl, dispatcher));
  });
  return app;
}

function addModelRoutes(scope: FastifyInstance, catalogue: Catalogue, dispatcher: Dispatcher): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  for (const path of modelRoutes) {
    scope.post(path, async (request, reply) => {
      const { model, stream } = parseCompletionRequest(request.body);
      const url = (await catalogue.locate(model)) + path;
      return forward(request, reply, {
        dispatcher,
        url,
        service: `the service of model '${model}'`,
        body: request.body as Buffer,
        streaming: stream,
      });
    });
  }
}

/** Uploads pass as they come, for the data processor to limit; other bodies are small and are read whole. */
function addDataRoutes(scope: FastifyInstance, url: string, dispatcher: Dispatcher): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload));
  const limited = { parseAs: 'buffer', bodyLimit: 2 ** 20 } as const;
  scope.addContentTypeParser('application/json', limited, (_request, body, done) => done(null, body));
  for (const path of dataRoutes) {
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: path,
      handler: (request, reply) =>
        forward(request, reply, {
          dispatcher,
          url: url + dataPath(request.url),
          service: 'the data processor',
          body: request.method === 'POST' ? (request.body as Buffer | Readable | undefined) : undefined,
          streaming: false,
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
