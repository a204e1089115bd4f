import type { Dispatcher } from 'undici';
import type { FastifyInstance } from '../../base/kit/app.ts';
import { ApiError } from '../../base/kit/errors.ts';
import { hangUpOf } from '../../base/kit/hang-up.ts';
import type { Intake } from '../../base/kit/intake.ts';
import type { Model } from './catalogue.ts';
import { missingModel, parseCompletionRequest } from './completion-request.ts';
import { guardEngine } from './engine-guard.ts';
import { forward } from './forward.ts';
import type { Leases } from './leases.ts';
import type { Listed, Listing } from './listing.ts';

export interface ModelRouteOptions {
  models: Listing<Model>;
  leases: Leases;
  dispatcher: Dispatcher;
  intake: Intake;
}

/** What the language models' engine answers, by the model named in the body; and in whose style. */
const languagePaths = [
  '/v1/chat/completions',
  '/v1/chat/completions/input_tokens',
  '/v1/completions',
  '/v1/responses',
  '/v1/responses/input_tokens',
  // Anthropic's
  '/v1/messages',
  '/v1/messages/count_tokens',
  // llama.cpp's own
  '/completion',
  '/embedding',
  '/infill',
  '/tokenize',
  '/detokenize',
  '/apply-template',
];

/** What models of other services answer too, and the path by which they know it. */
const sharedPaths = new Map([
  ['/v1/embeddings', '/v1/embeddings'],
  ...['/v1/rerank', '/v1/reranking', '/rerank', '/reranking'].map((path) => [path, '/v1/rerank'] as const),
]);

/** Every route whose JSON body names a model; the body reaches its service byte for byte. */
export function addModelRoutes(
  scope: FastifyInstance,
  { models, leases, dispatcher, intake }: ModelRouteOptions,
): void {
  scope.addHook('onRequest', intake.onRequest);
  scope.addHook('preParsing', intake.preParsing);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  for (const path of [...languagePaths, ...sharedPaths.keys()]) {
    scope.post(path, async (request, reply) => {
      const hangUp = hangUpOf(reply);
      const { model, value } = parseCompletionRequest(request.body);
      const found = await (model === undefined ? defaultModel(models) : models.find(model));
      const { source } = found;
      const to = { dispatcher, body: request.body as Buffer, service: `model '${found.item.id}'` };
      if (source.service !== 'llm') {
        const shared = sharedPath(path, found);
        return forward(request, reply, { ...to, fresh: false, locate: () => source.url + shared });
      }
      guardEngine(value, found.item.context ?? undefined);
      if (path === '/detokenize') refuseImpossibleTokens(value.tokens);
      let release = () => {};
      reply.raw.once('close', () => release());
      return forward(request, reply, {
        ...to,
        fresh: true,
        // Not where it died of the request: the next process would too.
        once: true,
        locate: async (again) => {
          const lease = await leases.acquire(found.item.id, hangUp, again);
          release();
          release = lease.release;
          return lease.url + path;
        },
      });
    });
  }
}

/** The one that the language models' service names. */
async function defaultModel(models: Listing<Model>): Promise<Listed<Model>> {
  const found = (await models.list()).find(({ item }) => item.default === true);
  if (found === undefined) throw missingModel();
  return found;
}

/** Where another service answers the path; a 400 where it does not. */
function sharedPath(path: string, { source, item }: Listed<Model>): string {
  const shared = sharedPaths.get(path);
  if (source.service === 'nlp' && shared !== undefined) return shared;
  const message = `'${item.id}' is a ${source.service} model: it answers POST /v1/tasks/TASK; GET /v1/tasks lists what it can do`;
  throw new ApiError(400, 'wrong_kind_of_model', message, { param: 'model' });
}

/** The engine would read them as some other number. */
function refuseImpossibleTokens(tokens: unknown): void {
  const possible = (id: unknown) => Number.isInteger(id) && (id as number) >= 0 && (id as number) < 2 ** 31;
  if (tokens === undefined || (Array.isArray(tokens) && tokens.every(possible))) return;
  const message = "'tokens' must be a list of token ids: whole numbers from 0 on";
  throw new ApiError(400, 'invalid_request', message, { param: 'tokens' });
}
