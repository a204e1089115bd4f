import multipart from '@fastify/multipart';
import { createBaseApp, type FastifyInstance } from '../../../base/kit/app.ts';
import { hangUpOf } from '../../../base/kit/hang-up.ts';
import { createIntake } from '../../../base/kit/intake.ts';
import type { Logger } from '../../../base/kit/log.ts';
import { bodyTooLarge, type ImageSources, imageBytes, type ReadFile, readTaskBody } from './image-input.ts';
import { invalidRequest } from './invalid-request.ts';
import type { Job } from './job.ts';
import type { ModelDirectory } from './model-directory.ts';
import { addOpenAiRoutes } from './openai-routes.ts';
import type { Pool } from './pool.ts';
import { isVisionTask, type TaskName } from './task-names.ts';
import { limits, requestSchema } from './task-schemas.ts';

export interface TasksAppOptions {
  service: string;
  tasks: readonly TaskName[];
  models: ModelDirectory;
  pool: Pool;
  readFile: ReadFile;
  bodyLimitBytes: number;
  /** What the bodies of all requests under way may take together. */
  intakeBytes: number;
  log: Logger;
}

interface TaskRequest {
  model?: string;
  inputs: unknown;
  parameters?: Record<string, unknown>;
}

/** Computes: the only way from a route to the pool. Ends with the request. */
export type Compute = (
  signal: AbortSignal,
  task: TaskName,
  model: string | undefined,
  inputs: unknown,
  parameters?: Job['parameters'],
) => Promise<Buffer>;

/** The vision or the natural-language service: Hugging Face's tasks over HTTP. */
export async function createTasksApp(options: TasksAppOptions): Promise<FastifyInstance> {
  const { tasks, models, pool, log, bodyLimitBytes } = options;
  const app = createBaseApp({ log, bodyLimitBytes, readiness: async () => readiness(options) });
  const intake = createIntake(options.intakeBytes);
  app.addHook('onRequest', intake.onRequest);
  app.addHook('preParsing', intake.preParsing);
  await app.register(multipart, { limits: { fileSize: bodyLimitBytes, files: limits.items, fields: 4 } });
  app.addContentTypeParser(
    /^(image\/|application\/octet-stream)/,
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );

  app.get('/v1/tasks', async () => ({
    object: 'list',
    data: tasks.map((task) => describeTask(task, options)),
  }));
  app.get('/v1/models', async () => ({
    object: 'list',
    data: models.list().map((model) => describeModel(model, options)),
  }));

  const compute: Compute = async (signal, task, name, inputs, parameters = {}) => {
    const { id, precision, pooling, bytes } = models.choose(task, name);
    const job = { task, model: { id, precision, pooling, bytes }, inputs, parameters };
    return Buffer.from(await pool.run(job, signal));
  };
  for (const task of tasks) {
    const schema = requestSchema(task);
    app.post(`/v1/tasks/${task}`, async (request, reply) => {
      const signal = hangUpOf(reply);
      const { body, parts } = await readTaskBody(request, bodyLimitBytes, intake.arrivedAt(request, reply));
      const validate = request.compileValidationSchema(schema, 'body');
      if (!validate(body)) throw invalidRequest(validate.errors);
      const { model, inputs, parameters } = body as TaskRequest;
      const reserve = (bytes: number) => intake.reserve(bytes, reply);
      const prepared = isVisionTask(task)
        ? await imagesOf(inputs, { parts, signal, reserve }, options)
        : inputs;
      const answer = await compute(signal, task, model, prepared, parameters);
      return reply.type('application/json; charset=utf-8').send(answer);
    });
  }
  if (tasks.includes('feature-extraction')) addOpenAiRoutes(app, compute);
  return app;
}

/** One after the other: together they may not have more bytes than one body may. */
async function imagesOf(inputs: unknown, given: ImageSources, { bodyLimitBytes, readFile }: TasksAppOptions) {
  const images: Buffer[] = [];
  let left = bodyLimitBytes;
  for (const input of [inputs].flat()) {
    const bytes = await imageBytes(input, given, readFile);
    left -= bytes.length;
    if (left < 0) throw bodyTooLarge(bodyLimitBytes);
    images.push(bytes);
  }
  return Array.isArray(inputs) ? images : images[0];
}

function describeTask(task: TaskName, { models, pool }: TasksAppOptions) {
  const loaded = pool.loaded();
  const standard = models.defaultFor(task)?.id;
  const able = models.list().filter((model) => model.tasks.includes(task));
  return {
    task,
    models: able.map(({ id }) => ({
      id,
      default: id === standard,
      state: loaded.has(id) ? 'loaded' : 'unloaded',
    })),
  };
}

function describeModel(
  model: ReturnType<ModelDirectory['list']>[number],
  { service, pool }: TasksAppOptions,
) {
  const { id, created, tasks, precision, bytes } = model;
  const state = pool.loaded().has(id) ? 'loaded' : 'unloaded';
  return { id, object: 'model', created, owned_by: service, tasks, precision, memory_bytes: bytes, state };
}

function readiness({ models, pool }: TasksAppOptions) {
  const loaded = pool.loaded();
  const states = models.list().map(({ id }) => [id, loaded.has(id) ? 'loaded' : 'unloaded'] as const);
  return { ready: true, restarts: pool.restarts, waiting: pool.waiting, models: Object.fromEntries(states) };
}
