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
  '/v1/completions',
  '/v1/responses',
  // Anthropic's
  '/v1/messages',
  '/v1/messages/count_tokens',
  // llama.cpp's own
  '/completion',
  '/infill',
  '/tokenize',
  '/detokenize',
  '/apply-template',
];

/** What models of other services answer too. */
const sharedPaths = ['/v1/embeddings', '/v1/rerank'];

/** Every route whose JSON body names a model; the body reaches its service byte for byte. */
export function addModelRoutes(
  scope: FastifyInstance,
  { models, leases, dispatcher, intake }: ModelRouteOptions,
): void {
  scope.addHook('onRequest', intake.onRequest);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  for (const path of [...languagePaths, ...sharedPaths]) {
    scope.post(path, async (request, reply) => {
      const hangUp = hangUpOf(reply);
      const { model, value } = parseCompletionRequest(request.body);
      const found = await (model === undefined ? defaultModel(models) : models.find(model));
      const { source } = found;
      const to = { dispatcher, body: request.body as Buffer, service: `model '${found.item.id}'` };
      if (source.service !== 'llm') {
        refuseLanguagePath(path, found);
        return forward(request, reply, { ...to, fresh: false, locate: () => source.url + path });
      }
      guardEngine(value, found.item.context ?? undefined);
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

function refuseLanguagePath(path: string, { source, item }: Listed<Model>): void {
  if (source.service === 'nlp' && sharedPaths.includes(path)) return;
  const message = `'${item.id}' is a ${source.service} model: it answers POST /v1/tasks/TASK; GET /v1/tasks lists what it can do`;
  throw new ApiError(400, 'wrong_kind_of_model', message, { param: 'model' });
}
