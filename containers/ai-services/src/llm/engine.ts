import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readiness } from '../../../base/kit/app.ts';
import type { Logger } from '../../../base/kit/log.ts';
import { memoryLimit } from '../../../base/kit/memory.ts';
import { supervise } from '../../../base/kit/supervisor.ts';
import { logEngineLine } from './engine-log.ts';
import { handOver } from './engine-presets.ts';
import { cpuFallback, type GpuDevice, type GpuMode, listGpus, wantsGpu } from './gpu.ts';
import { createInstances, type Instances } from './instances.ts';
import { type ListedModel, listModels } from './listed-model.ts';
import { rememberedNeeds } from './memory-need.ts';
import type { Budgets } from './memory-pools.ts';
import { isSame, onlyAdded, type Snapshot, snapshot } from './models-folder.ts';
import { createPins } from './pins.ts';
import { createResidency, type Residency } from './residency.ts';
import { createRouter, isResident, portOf, type RouterModel } from './router.ts';

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
const scratchFolder = '/tmp';
const presetsFile = join(scratchFolder, 'presets.ini');

/** llama-server as a router over the GGUF files of the models volume; it loads what it is told to. */
function engineArguments(options: EngineOptions): [string, ...string[]] {
  return [
    'llama-server',
    ...['--models-dir', join(options.modelsFolder, 'gguf')],
    ...['--models-preset', presetsFile],
    ...['--models-max', '0', '--no-models-autoload'],
    ...['--host', options.host, '--port', String(options.enginePort)],
    ...['--offline', '--no-webui', '--metrics', '--log-jsonl'],
    ...(options.gpu === 'off' ? ['--device', 'none'] : []),
  ];
}

/** Defaults that a preset may override; flags of the router itself would override presets. */
function engineEnvironment(options: EngineOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    XDG_CACHE_HOME: scratchFolder,
    LLAMA_ARG_CTX_SIZE: String(options.contextTokens),
    LLAMA_ARG_CACHE_RAM: String(options.promptCacheMebibytes),
  };
}

export async function startEngine(options: EngineOptions, log: Logger): Promise<Engine> {
  const folder = join(options.modelsFolder, 'gguf');
  const url = `http://${options.host}:${options.enginePort}`;
  const instances = createInstances();
  const gpus = await listGpus(options.gpu);
  const budgets = budgetsOf(gpus);
  log.info({ gpus, budgets }, 'memory that language models may use');
  const router = createRouter(url);
  let known = snapshot(folder);
  const handOverPresets = () => handOver(join(folder, 'presets.ini'), presetsFile);
  let presets = handOverPresets();
  const isPinned = (model: RouterModel) => presets.isPinned(model);
  const needOf = rememberedNeeds({
    context: options.contextTokens,
    promptCacheBytes: options.promptCacheMebibytes * 2 ** 20,
  });
  const residency = createResidency({
    router,
    log,
    budgets,
    isPinned,
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

  const supervisor = supervise(
    {
      argv: engineArguments(options),
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
    const quiet = models.every(({ id }) => !residency.inUse(id));
    if (isSame(known, now) || !(quiet || onlyAdded(known, now))) return models;
    // The router would not stand two at a time: it ends and forgets models meanwhile.
    reloading ??= reload(now).finally(() => {
      reloading = undefined;
    });
    return reloading;
  };
  let reloading: Promise<RouterModel[]> | undefined;
  const reload = async (now: Snapshot) => {
    log.info('the models folder has changed; reading it again');
    presets = handOverPresets();
    const fresh = await router.list({ reload: true });
    known = now;
    return fresh;
  };

  const describe = (models: readonly RouterModel[]): ListedModel[] =>
    listModels(models, { needOf, budgets, isPinned, requests: residency.leases });

  const inUse = async () => {
    const models = await router.list().catch(() => []);
    return models.some(({ id }) => residency.leases(id) > 0);
  };

  const stopping = new AbortController();
  const pins = createPins({
    residency,
    isPinned,
    signal: stopping.signal,
    retryMs: 30_000,
  });
  const tending = everySecond(stopping.signal, async () => {
    await residency.tend();
    pins.keep(await list());
  });

  return {
    url,
    residency,
    models: async () => describe(await list()),
    readiness: async () => {
      const { restarts } = supervisor;
      const unready = (reason: string) => ({ ready: false, reason, restarts });
      if (!supervisor.running) return unready('llama-server is not running');
      if (options.gpu === 'required' && gpus.length === 0)
        return unready('a GPU is required, and the engine sees none');
      const models = await list().catch((error: Error) => error);
      if (models instanceof Error) return unready(`llama-server does not answer: ${models.message}`);
      // One that slept has loaded itself again: nobody looked where it landed.
      const strays = models.filter(
        (model) =>
          gpus.length > 0 &&
          isResident(model) &&
          wantsGpu(model) &&
          instances.devices(portOf(model))?.length === 0,
      );
      if (strays.length > 0) {
        log.error({ models: strays.map(({ id }) => id) }, 'loaded without the GPU, although there is one');
        return unready(`${strays.length} of the models were loaded without the GPU; the log names them`);
      }
      if (pins.problems.length > 0) return unready(`pinned, and not loaded: ${pins.problems.join('; ')}`);
      const states = Object.fromEntries(describe(models).map(({ id, state }) => [id, state]));
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

async function everySecond(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(1000, undefined, { signal }).catch(() => undefined);
    // While llama-server is away there is nothing to tend: the supervisor's log says that it is.
    if (!signal.aborted) await work().catch(() => undefined);
  }
}

/** Models lie in the GPUs' memory, those that are left to the CPU in the container's. */
function budgetsOf(gpus: readonly GpuDevice[]): Budgets {
  const container = { bytes: memoryLimit() - overheadBytes, of: "this container's memory for models" };
  if (gpus.length === 0) return { container };
  const bytes = gpus.reduce((sum, gpu) => sum + gpu.bytes, 0);
  return {
    container,
    gpu: { bytes, of: `the free memory of ${gpus.map(({ name }) => name).join(' and ')}` },
  };
}
