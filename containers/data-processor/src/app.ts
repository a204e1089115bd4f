import { createReadStream } from 'node:fs';
import multipart from '@fastify/multipart';
import { createBaseApp, type FastifyInstance, type Readiness } from '../../base/kit/app.ts';
import type { Logger } from '../../base/kit/log.ts';
import { databaseError } from './database-error.ts';
import type { FileStore } from './file-store.ts';
import type { Runs, TransformInput } from './runs.ts';
import { formats } from './transform.ts';
import { receiveUpload } from './upload.ts';

export interface AppDependencies {
  log: Logger;
  files: FileStore;
  runs: Runs;
  uploadLimitMebibytes: number;
  readiness(): Promise<Readiness>;
}

const startRun = {
  body: {
    type: 'object',
    required: ['workflow', 'input'],
    additionalProperties: false,
    properties: {
      workflow: { const: 'transform' },
      input: {
        type: 'object',
        required: ['files', 'sql'],
        additionalProperties: false,
        properties: {
          files: {
            type: 'object',
            maxProperties: 64,
            propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$' },
            additionalProperties: { type: 'string', maxLength: 100 },
          },
          sql: { type: 'string', minLength: 1, maxLength: 20_000 },
          format: { enum: formats, default: 'parquet' },
        },
      },
    },
  },
} as const;

export function createApp({
  log,
  files,
  runs,
  uploadLimitMebibytes,
  readiness,
}: AppDependencies): FastifyInstance {
  const app = createBaseApp({ log, bodyLimitBytes: 2 ** 20, readiness, translate: databaseError });
  app.register(multipart as never, {
    limits: { fileSize: uploadLimitMebibytes * 2 ** 20 },
    throwFileSizeLimit: false,
  });

  app.post('/v1/files', async (request) => {
    return receiveUpload((request as unknown as MultipartRequest).parts(), files, uploadLimitMebibytes);
  });
  app.get('/v1/files', async () => ({ object: 'list', data: await files.list() }));
  app.get<ById>('/v1/files/:id', async ({ params }) => files.get(params.id));
  app.get<ById>('/v1/files/:id/content', async ({ params }, reply) => {
    const file = await files.get(params.id);
    reply.header('content-type', 'application/octet-stream');
    reply.header('content-length', String(file.bytes));
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`);
    return reply.send(createReadStream(files.pathOf(file.id)));
  });
  app.delete<ById>('/v1/files/:id', async ({ params }) => {
    await files.remove(params.id);
    return { id: params.id, object: 'file', deleted: true };
  });

  app.post<{ Body: { input: TransformInput } }>('/v1/runs', { schema: startRun }, async (request, reply) => {
    return reply.code(202).send(await runs.start(request.body.input));
  });
  app.get('/v1/runs', async () => ({ object: 'list', data: await runs.list() }));
  app.get<ById>('/v1/runs/:id', async ({ params }) => runs.get(params.id));
  app.post<ById>('/v1/runs/:id/cancel', async ({ params }) => runs.cancel(params.id));
  return app;
}

type ById = { Params: { id: string } };

interface MultipartRequest {
  parts(): AsyncIterable<multipart.Multipart>;
}
