import {
  createBaseApp,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from '../../../base/kit/app.ts';
import { hangUpOf } from '../../../base/kit/hang-up.ts';
import type { Logger } from '../../../base/kit/log.ts';
import type { Engine } from './engine.ts';
import type { Lease } from './lease-book.ts';
import { collectMetrics } from './metrics.ts';

const leaseRequest = {
  body: {
    type: 'object',
    required: ['model'],
    additionalProperties: false,
    properties: { model: { type: 'string', minLength: 1, maxLength: 500 } },
  },
} as const;

/**
 * What the gateway asks of the language models' supervisor. Prompts and answers do not pass here: a lease names the
 * port of the model's own llama-server, and holds the model in memory for as long as its connection stays open.
 */
export function createLlmApp({ engine, log }: { engine: Engine; log: Logger }): FastifyInstance {
  const app = createBaseApp({ log, bodyLimitBytes: 2 ** 16, readiness: engine.readiness });

  app.get('/v1/models', async () => ({ object: 'list', data: await engine.models() }));

  app.get('/metrics', async (_request, reply) => {
    reply.type('text/plain; version=0.0.4');
    return collectMetrics(engine);
  });

  app.post<{ Body: { model: string } }>('/v1/leases', { schema: leaseRequest }, async (request, reply) => {
    const hangUp = hangUpOf(reply);
    const lease = await engine.residency.acquire(request.body.model, hangUp);
    if (hangUp.aborted) lease.release();
    else hold(lease, request, reply);
  });
  return app;
}

/** One line that says where; then the connection stays open until either side ends it. */
function hold(lease: Lease, request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-request-id': request.id });
  raw.write(`${JSON.stringify({ model: lease.model, port: lease.port })}\n`);
  lease.gone.addEventListener('abort', () => raw.end(), { once: true });
  raw.once('close', lease.release);
}
