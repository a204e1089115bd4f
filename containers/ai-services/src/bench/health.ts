import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './figures.ts';

const concurrency = 64;
const seconds = 10;

export interface HealthFigures {
  /** How long GET /healthz of the gateway and of the service took, while 64 requests were worked on all the time. */
  milliseconds: { gateway: Percentiles; nlp: Percentiles };
  requests: number;
}

interface Percentiles {
  p50: number;
  p99: number;
  asked: number;
}

/** Whether a service that is busy to the brim still says at once that it is alive. */
export async function benchHealth(key: string): Promise<HealthFigures> {
  const until = performance.now() + seconds * 1000;
  let requests = 0;
  const busy = Array.from({ length: concurrency }, async () => {
    while (performance.now() < until) {
      const answer = await fetch('http://127.0.0.1:8080/v1/tasks/text-classification', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'bench/bert', inputs: 'every model runs rootless in one pod' }),
      });
      if (!answer.ok) throw new Error(`text-classification: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
      requests++;
    }
  });
  const [gateway, nlp] = await Promise.all([watch(8080, until), watch(8083, until)]);
  await Promise.all(busy);
  return { milliseconds: { gateway, nlp }, requests };
}

async function watch(port: number, until: number): Promise<Percentiles> {
  const times: number[] = [];
  while (performance.now() < until) {
    const started = performance.now();
    await (await fetch(`http://127.0.0.1:${port}/healthz`)).arrayBuffer();
    times.push(performance.now() - started);
    await sleep(10);
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), asked: times.length };
}
