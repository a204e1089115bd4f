import type { Engine } from './engine.ts';

/** Metrics in Prometheus' text format: what is loaded, and each loaded model's own figures with its name on them. */
export async function collectMetrics(engine: Engine): Promise<string> {
  const models = await engine.models();
  const own = [
    '# HELP ai_semble_llm_model_loaded Whether the model is in memory.',
    '# TYPE ai_semble_llm_model_loaded gauge',
    ...models.map(
      ({ id, state }) => `ai_semble_llm_model_loaded{model=${label(id)}} ${Number(state === 'loaded')}`,
    ),
    '# HELP ai_semble_llm_model_leases Connections that hold the model in memory.',
    '# TYPE ai_semble_llm_model_leases gauge',
    ...models.map(({ id, requests }) => `ai_semble_llm_model_leases{model=${label(id)}} ${requests}`),
  ];
  const loaded = models.filter(({ state }) => state === 'loaded').map(({ id }) => id);
  const texts = await Promise.all(
    loaded.map(
      async (id) => [id, await metricsOf(`${engine.url}/metrics?model=${encodeURIComponent(id)}`)] as const,
    ),
  );
  return `${[...own, ...mergeMetrics(texts)].join('\n')}\n`;
}

async function metricsOf(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  return answer?.ok ? await answer.text() : '';
}

/** Each metric's help once, then its samples by model; llama.cpp's names lose the colon that is for recorded rules. */
export function mergeMetrics(texts: readonly (readonly [model: string, text: string])[]): string[] {
  const heads = new Map<string, string[]>();
  const samples = new Map<string, string[]>();
  for (const [model, text] of texts) {
    for (const line of text.replaceAll('llamacpp:', 'llamacpp_').split('\n')) {
      const comment = /^# \w+ (\S+)/.exec(line)?.[1];
      const sample = /^([a-zA-Z_]\w*) (\S+)$/.exec(line);
      if (comment && samples.get(comment) === undefined)
        heads.set(comment, [...(heads.get(comment) ?? []), line]);
      else if (sample) {
        const [, name = '', value] = sample;
        samples.set(name, [...(samples.get(name) ?? []), `${name}{model=${label(model)}} ${value}`]);
      }
    }
  }
  return [...samples].flatMap(([name, lines]) => [...(heads.get(name) ?? []), ...lines]);
}

function label(text: string): string {
  return JSON.stringify(text);
}
