import { type Dispatcher, request as send } from 'undici';
import type { FastifyInstance } from '../../base/kit/app.ts';

/** Counts what the app answers; gives the figures in Prometheus' text format. */
export function countRequests(app: FastifyInstance): () => string {
  const answered = new Map<number, number>();
  let seconds = 0;
  app.addHook('onResponse', async (_request, { statusCode, elapsedTime }) => {
    answered.set(statusCode, (answered.get(statusCode) ?? 0) + 1);
    seconds += elapsedTime / 1000;
  });
  return () =>
    [
      '# HELP ai_semble_gateway_requests_total Requests that were answered, by status.',
      '# TYPE ai_semble_gateway_requests_total counter',
      ...[...answered]
        .sort(([one], [other]) => one - other)
        .map(([status, count]) => `ai_semble_gateway_requests_total{status="${status}"} ${count}`),
      '# HELP ai_semble_gateway_request_seconds_total Seconds that they took, together.',
      '# TYPE ai_semble_gateway_request_seconds_total counter',
      `ai_semble_gateway_request_seconds_total ${seconds.toFixed(3)}`,
      '# HELP ai_semble_gateway_resident_bytes Memory that the gateway holds.',
      '# TYPE ai_semble_gateway_resident_bytes gauge',
      `ai_semble_gateway_resident_bytes ${process.memoryUsage.rss()}`,
      '',
    ].join('\n');
}

/** Those of the language models' supervisor; nothing where it does not answer, which /readyz tells. */
export async function languageModelMetrics(supervisorUrl: string, dispatcher: Dispatcher): Promise<string> {
  try {
    const signal = AbortSignal.timeout(5000);
    const { statusCode, body } = await send(`${supervisorUrl}/metrics`, { dispatcher, signal });
    const text = await body.text();
    return statusCode === 200 ? text : '';
  } catch {
    return '';
  }
}
