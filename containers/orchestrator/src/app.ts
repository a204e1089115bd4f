import type { Dispatcher } from 'undici';
import { createBaseApp, type FastifyInstance } from '../../base/kit/app.ts';
import { createIntake } from '../../base/kit/intake.ts';
import type { Logger } from '../../base/kit/log.ts';
import { requireKey } from './auth.ts';
import { modelListing, taskListing } from './catalogue.ts';
import { addDataRoutes } from './data-routes.ts';
import { createLeases } from './leases.ts';
import type { GetJson } from './listing.ts';
import { countRequests, languageModelMetrics } from './metrics.ts';
import { addModelRoutes } from './model-routes.ts';
import { addOptions } from './options.ts';
import { readinessOf } from './readiness.ts';
import { addStatusRoutes } from './status-routes.ts';
import { addTaskRoutes } from './task-routes.ts';

export interface GatewayOptions {
  apiKey: string;
  bodyLimitMebibytes: number;
  /** What the JSON bodies of all requests under way may take together; each is held until its answer has begun. */
  intakeBytes: number;
  llmUrl: string;
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

export function createApp(
  options: GatewayOptions,
  { log, dispatcher, getJson }: GatewayDependencies,
): FastifyInstance {
  const { llmUrl, visionUrl, nlpUrl, dataProcessorUrl, postgresHealthUrl } = options;
  const bodyLimitBytes = options.bodyLimitMebibytes * 2 ** 20;
  const services = {
    llm: llmUrl,
    vision: visionUrl,
    nlp: nlpUrl,
    'data-processor': dataProcessorUrl,
    postgres: postgresHealthUrl,
  };
  const readiness = () => readinessOf(services, getJson);
  const app = createBaseApp({ log, bodyLimitBytes, readiness });
  addOptions(app);
  const ownMetrics = countRequests(app);
  const taskServices = [
    { service: 'vision', url: visionUrl },
    { service: 'nlp', url: nlpUrl },
  ];
  const models = modelListing([{ service: 'llm', url: llmUrl }, ...taskServices], getJson);
  const tasks = taskListing(taskServices, getJson);
  const leases = createLeases(llmUrl, dispatcher);
  const intake = createIntake(options.intakeBytes);
  app.register(async (guarded) => {
    guarded.addHook('onRequest', requireKey(options.apiKey));
    guarded.get('/v1/models', async () => ({
      object: 'list',
      data: (await models.list()).map(({ item }) => item),
    }));
    guarded.get<{ Params: { '*': string } }>('/v1/models/*', async (request) => {
      const name = request.params['*'];
      const listed = await models.list();
      const { item } = listed.find(({ item: { id } }) => id === name) ?? (await models.find(name));
      return item;
    });
    guarded.get('/metrics', async (_request, reply) =>
      reply
        .type('text/plain; version=0.0.4')
        .send(ownMetrics() + (await languageModelMetrics(llmUrl, dispatcher))),
    );
    addStatusRoutes(guarded, readiness);
    guarded.register(async (scope) => addModelRoutes(scope, { models, leases, dispatcher, intake }));
    guarded.register(async (scope) => addTaskRoutes(scope, { tasks, dispatcher, intake, bodyLimitBytes }));
    guarded.register(async (scope) => addDataRoutes(scope, dataProcessorUrl, dispatcher));
  });
  return app;
}
