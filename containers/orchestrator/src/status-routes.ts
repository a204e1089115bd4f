import type { FastifyInstance, Readiness } from '../../base/kit/app.ts';

const count = { type: 'integer', minimum: 0 } as const;

const verificationSchema = {
  type: 'object',
  required: ['verified_at', 'held', 'not_held', 'not_provable', 'failures'],
  additionalProperties: false,
  properties: {
    verified_at: { type: 'string', format: 'date-time' },
    held: count,
    not_held: count,
    not_provable: count,
    /** `SERVICE: CLAIM` of what is not held. */
    failures: { type: 'array', maxItems: 1000, items: { type: 'string', maxLength: 200 } },
  },
} as const;

/** What `make verify` found, as it tells it; numbers of claims over all services. */
interface Verification {
  verified_at: string;
  held: number;
  not_held: number;
  not_provable: number;
  failures: string[];
}

/**
 * The platform's state for those who have the key. A verification is about the containers as they run: it is kept
 * until the gateway ends, and starts again at none.
 */
export function addStatusRoutes(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  const startedAt = new Date().toISOString();
  let verification: Verification | null = null;
  app.get('/v1/status', async () => ({
    ...(await readiness()),
    started_at: startedAt,
    verification,
  }));
  app.put<{ Body: Verification }>(
    '/v1/status/verification',
    { schema: { body: verificationSchema } },
    async ({ body }, reply) => {
      verification = body;
      return reply.code(204).send();
    },
  );
}
