import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './figures.ts';
import { classifyPicture, classifyText } from './tasks.ts';

/** Requests of each kind that are worked on all the time. */
const load = { nlp: 32, vision: 24, llm: 8 } as const;
const seconds = 10;

const ports = { gateway: 8080, nlp: 8083, vision: 8082, llm: 9081 } as const;

export interface HealthFigures {
  /** How long GET /healthz of each took, while language models, vision and language tasks were at work at once. */
  milliseconds: Record<keyof typeof ports, Percentiles>;
  requests: Record<keyof typeof load, number>;
}

interface Percentiles {
  p50: number;
  p99: number;
  asked: number;
}

/** Whether services that are busy to the brim still say at once that they are alive. */
export async function benchHealth(key: string): Promise<HealthFigures> {
  const until = performance.now() + seconds * 1000;
  const requests = { nlp: 0, vision: 0, llm: 0 };
  const work = { nlp: () => classifyText(key), vision: () => classifyPicture(key), llm: () => complete(key) };
  const kinds = Object.keys(load) as (keyof typeof load)[];
  const busy = kinds.flatMap((kind) =>
    Array.from({ length: load[kind] }, async () => {
      while (performance.now() < until) {
        await work[kind]();
        requests[kind]++;
      }
    }),
  );
  const watched = Object.entries(ports).map(
    async ([name, port]) => [name, await watch(port, until)] as const,
  );
  const milliseconds = Object.fromEntries(await Promise.all(watched)) as HealthFigures['milliseconds'];
  await Promise.all(busy);
  return { milliseconds, requests };
}

async function complete(key: string): Promise<void> {
  const answer = await fetch('http://127.0.0.1:8080/v1/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench', prompt: 'w1000 w1001', max_tokens: 16, ignore_eos: true }),
  });
  if (!answer.ok) throw new Error(`completions: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
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
