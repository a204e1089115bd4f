import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readiness } from '../../../base/kit/app.ts';
import type { Logger } from '../../../base/kit/log.ts';
import { memoryLimit } from '../../../base/kit/memory.ts';
import { supervise } from '../../../base/kit/supervisor.ts';
import { logEngineLine } from './engine-log.ts';
import { cpuFallback, type GpuDevice, type GpuMode, listGpus, wantsGpu } from './gpu.ts';
import { createInstances, type Instances } from './instances.ts';
import { type ListedModel, listModel } from './listed-model.ts';
import { rememberedNeeds } from './memory-need.ts';
import { isSame, onlyAdded, snapshot } from './models-folder.ts';
import { createResidency, type Residency } from './residency.ts';
import { createRouter, portOf, type RouterModel } from './router.ts';

export interface EngineOptions {
  modelsFolder: string;
  host: string;
  enginePort: number;
  modelsMax: number;
  contextTokens: number;
  promptCacheMebibytes: number;
  idleSeconds: number;
  loadSeconds: number;
  gpu: GpuMode;
}

export interface Engine {
  readiness(): Promise<Readiness>;
  models(): Promise<ListedModel[]>;
  residency: Residency;
  url: string;
  stop(): Promise<void>;
}

/** What the supervisor, the router and their buffers take themselves. */
const overheadBytes = 192 * 2 ** 20;
/** llama-server takes 0 for "no limit", but then refuses presets that load at start: the residency keeps the limit. */
const noLimit = '1000';

/** llama-server as a router over the GGUF files of the models volume; it loads what it is told to. */
export function engineArguments(options: EngineOptions, hasPresets: boolean): [string, ...string[]] {
  const folder = join(options.modelsFolder, 'gguf');
  return [
    'llama-server',
    ...['--models-dir', folder],
    ...(hasPresets ? ['--models-preset', join(folder, 'presets.ini')] : []),
    ...['--models-max', noLimit, '--no-models-autoload'],
    ...['--host', options.host, '--port', String(options.enginePort)],
    ...['--offline', '--no-webui', '--metrics', '--log-jsonl'],
    ...(options.gpu === 'off' ? ['--device', 'none'] : []),
  ];
}

/** Defaults that a preset may override; flags of the router itself would override presets. */
function engineEnvironment(options: EngineOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    XDG_CACHE_HOME: '/tmp',
    LLAMA_ARG_CTX_SIZE: String(options.contextTokens),
    LLAMA_ARG_CACHE_RAM: String(options.promptCacheMebibytes),
  };
}

export async function startEngine(options: EngineOptions, log: Logger): Promise<Engine> {
  const folder = join(options.modelsFolder, 'gguf');
  const url = `http://${options.host}:${options.enginePort}`;
  const instances = createInstances();
  const gpus = await listGpus(options.gpu);
  const budget = budgetOf(gpus);
  log.info({ gpus, budgetBytes: budget.bytes }, `language models may use ${budget.of}`);
  const router = createRouter(url);
  const needOf = rememberedNeeds({
    context: options.contextTokens,
    promptCacheBytes: options.promptCacheMebibytes * 2 ** 20,
  });
  const residency = createResidency({
    router,
    log,
    budget,
    lookAgain: () => list(),
    needOf,
    modelsMax: options.modelsMax,
    idleMs: options.idleSeconds * 1000,
    loadTimeoutMs: options.loadSeconds * 1000,
    roomWaitMs: 5000,
    lastWords: instances.lastWords,
    answers: (port) => answers(`http://${options.host}:${port}/health`),
    inspect: async (model) => {
      const expected = (gpus.length > 0 || options.gpu === 'required') && wantsGpu(model);
      if (expected && !(await landedOnGpu(instances, portOf(model)))) {
        throw cpuFallback(model.id);
      }
    },
  });

  let known = snapshot(folder);
  const supervisor = supervise(
    {
      argv: engineArguments(options, existsSync(join(folder, 'presets.ini'))),
      env: engineEnvironment(options),
      stopSignal: 'SIGTERM',
      onLine: (line, to) => logEngineLine(line, to, instances.note),
    },
    log,
  );

  /** The router's list; files that came or went since the last time are seen. */
  const list = async () => {
    const now = snapshot(folder);
    const models = await router.list();
    const quiet = models.every(({ id }) => residency.leases(id) === 0);
    if (isSame(known, now) || !(quiet || onlyAdded(known, now))) return models;
    log.info('the models folder has changed; reading it again');
    const fresh = await router.list({ reload: true });
    known = now;
    return fresh;
  };

  const describe = (model: RouterModel): ListedModel =>
    listModel(model, { needOf, budgetBytes: budget.bytes, requests: residency.leases(model.id) });

  const inUse = async () => {
    const models = await router.list().catch(() => []);
    return models.some(({ id }) => residency.leases(id) > 0);
  };

  const stopping = new AbortController();
  const tending = tend(residency, stopping.signal);

  return {
    url,
    residency,
    models: async () => (await list()).map(describe),
    readiness: async () => {
      const { restarts } = supervisor;
      const unready = (reason: string) => ({ ready: false, reason, restarts });
      if (!supervisor.running) return unready('llama-server is not running');
      if (options.gpu === 'required' && gpus.length === 0)
        return unready('a GPU is required, and the engine sees none');
      const models = await list().catch((error: Error) => error);
      if (models instanceof Error) return unready(`llama-server does not answer: ${models.message}`);
      // Loaded by the engine itself, at its start: nobody looked where they landed.
      const strays = models.filter(
        (model) =>
          gpus.length > 0 &&
          model.status.value === 'loaded' &&
          wantsGpu(model) &&
          instances.devices(portOf(model))?.length === 0,
      );
      if (strays.length > 0) {
        log.error({ models: strays.map(({ id }) => id) }, 'loaded without the GPU, although there is one');
        return unready(`${strays.length} of the models were loaded without the GPU; the log names them`);
      }
      const states = Object.fromEntries(models.map((model) => [model.id, describe(model).state]));
      return { ready: true, restarts, gpus: gpus.map(({ name }) => name), models: states };
    },
    stop: async () => {
      stopping.abort();
      while (supervisor.running && (await inUse())) await sleep(100);
      await supervisor.stop();
      await tending;
    },
  };
}

/** The engine's word on where it put a model comes by another way than that the model is loaded, a moment later. */
async function landedOnGpu(instances: Instances, port: number): Promise<boolean> {
  for (let wait = 0; wait < 20 && instances.devices(port) === undefined; wait++) await sleep(100);
  return (instances.devices(port) ?? []).length > 0;
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

async function tend(residency: Residency, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(1000, undefined, { signal }).catch(() => undefined);
    // While llama-server is away there is nothing to tend: the supervisor's log says that it is.
    if (!signal.aborted) await residency.tend().catch(() => undefined);
  }
}

/** With a GPU, models are meant to lie in its memory; else in the container's. */
function budgetOf(gpus: readonly GpuDevice[]): { bytes: number; of: string } {
  if (gpus.length > 0) {
    const bytes = gpus.reduce((sum, gpu) => sum + gpu.bytes, 0);
    return { bytes, of: `the memory of ${gpus.map(({ name }) => name).join(' and ')}` };
  }
  return { bytes: memoryLimit() - overheadBytes, of: "this container's memory for models" };
}
