import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readiness } from '../../../base/kit/app.ts';
import type { Logger } from '../../../base/kit/log.ts';
import { type Supervisor, supervise } from '../../../base/kit/supervisor.ts';
import { logEngineLine } from './engine-log.ts';

export interface EngineOptions {
  modelsFolder: string;
  host: string;
  enginePort: number;
  modelsMax: number;
}

export interface Engine {
  readiness(): Promise<Readiness>;
  stop(): Promise<void>;
}

/** llama-server as a router over the GGUF files of the models volume; it loads a model on first use. */
export function engineArguments(options: EngineOptions, hasPresets: boolean): [string, ...string[]] {
  const folder = join(options.modelsFolder, 'gguf');
  return [
    'llama-server',
    ...['--models-dir', folder],
    ...(hasPresets ? ['--models-preset', join(folder, 'presets.ini')] : []),
    ...['--models-max', String(options.modelsMax)],
    ...['--host', options.host, '--port', String(options.enginePort)],
    ...['--offline', '--no-webui', '--metrics', '--log-jsonl'],
  ];
}

export function startEngine(options: EngineOptions, log: Logger): Engine {
  const hasPresets = existsSync(join(options.modelsFolder, 'gguf', 'presets.ini'));
  const supervisor = supervise(
    { argv: engineArguments(options, hasPresets), stopSignal: 'SIGTERM', onLine: logEngineLine },
    log,
  );
  return {
    readiness: () => readinessOf(supervisor, `http://${options.host}:${options.enginePort}`),
    stop: () => supervisor.stop(),
  };
}

async function readinessOf(supervisor: Supervisor, url: string): Promise<Readiness> {
  const { restarts } = supervisor;
  if (!supervisor.running) return { ready: false, reason: 'llama-server is not running', restarts };
  try {
    const answer = await fetch(`${url}/v1/models`, { signal: AbortSignal.timeout(2000) });
    const { data } = (await answer.json()) as { data: Array<{ id: string; status?: { value?: string } }> };
    const models = Object.fromEntries(data.map(({ id, status }) => [id, status?.value ?? 'unknown']));
    return { ready: answer.ok, restarts, models };
  } catch (error) {
    return { ready: false, reason: `llama-server does not answer: ${(error as Error).message}`, restarts };
  }
}
