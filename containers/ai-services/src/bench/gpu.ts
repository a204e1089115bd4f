import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { starterLanguageModel } from '../starter/language-model.ts';
import { median } from './figures.ts';
import { benchLanguageModel } from './language-model.ts';
import { openLease, supervisor } from './lease.ts';

const rounds = 3;
const tokens = 64;
const readyMs = 60_000;

/** One model under two names: left to the GPU, and kept off every device. */
const presets = (path: string) => `version = 1

[gpu]
model = ${path}
ctx-size = 512
verbosity = 4

[cpu]
model = ${path}
ctx-size = 512
verbosity = 4
device = none
`;

export interface GpuFigures {
  /** Why the service is not ready or a model was not loaded; the rest is then missing. */
  problem?: string;
  /** Of the two llama-servers; each one's log says where its model lies. */
  ports?: { gpu: number; cpu: number };
  tokensPerSecond?: { gpu: number; cpu: number };
  /** Median over the rounds of GPU over CPU. */
  ratio?: number;
}

/** `quick`: the tiny starter model, whose speed says nothing. */
export function writeGpuModels(folder: string, quick: boolean): void {
  mkdirSync(join(folder, 'gguf'), { recursive: true });
  const path = join(folder, 'gguf/smoke.gguf');
  writeFileSync(path, quick ? starterLanguageModel() : benchLanguageModel());
  writeFileSync(join(folder, 'gguf/presets.ini'), presets(path));
}

/** Both compute in turns, in one run: what slows the machine down slows both. */
export async function measureGpu(): Promise<GpuFigures> {
  const problem = await unreadyReason();
  if (problem) return { problem };
  try {
    const [gpu, cpu] = [await openLease('gpu'), await openLease('cpu')];
    const pairs: { gpu: number; cpu: number }[] = [];
    await Promise.all([speed(gpu.port, 4), speed(cpu.port, 4)]);
    for (let turn = 0; turn < rounds; turn++)
      pairs.push({ gpu: await speed(gpu.port, tokens), cpu: await speed(cpu.port, tokens) });
    const ports = { gpu: gpu.port, cpu: cpu.port };
    gpu.close();
    cpu.close();
    return {
      ports,
      tokensPerSecond: { gpu: median(pairs.map((one) => one.gpu)), cpu: median(pairs.map((one) => one.cpu)) },
      ratio: median(pairs.map((one) => one.gpu / one.cpu)),
    };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

async function unreadyReason(): Promise<string | undefined> {
  const deadline = Date.now() + readyMs;
  let reason = 'the service does not answer';
  while (Date.now() < deadline) {
    const answer = await fetch(`${supervisor}/readyz`).catch(() => undefined);
    if (answer?.ok) return undefined;
    reason =
      ((await answer?.json().catch(() => undefined)) as { reason?: string } | undefined)?.reason ?? reason;
    // Nothing that time could mend.
    if (/GPU/.test(reason)) return reason;
    await sleep(250);
  }
  return reason;
}

async function speed(port: number, count: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'what is ai-semble?', n_predict: count, ignore_eos: true }),
  });
  const said = (await answer.json()) as { timings?: { predicted_per_second: number } };
  if (!said.timings) throw new Error(`llama-server: ${JSON.stringify(said)}`);
  return said.timings.predicted_per_second;
}
