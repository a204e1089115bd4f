import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../base/kit/config.ts';
import type { Logger } from '../../base/kit/log.ts';
import { memoryLimit } from '../../base/kit/memory.ts';
import { main, serve } from '../../base/kit/serve.ts';
import { configKeys, portOf } from './config.ts';
import { createLlmApp } from './llm/app.ts';
import { startEngine } from './llm/engine.ts';
import { createTasksApp } from './tasks/app.ts';
import { fileReader } from './tasks/files.ts';
import { createModelDirectory } from './tasks/model-directory.ts';
import { createPool } from './tasks/pool.ts';
import { languageTasks, visionTasks } from './tasks/task-names.ts';

type Settings = Config<typeof configKeys>;

/** Weights take about this share of what a service may use; the rest is for what they compute. */
const weightShare = 0.6;
/** One layer's attention takes four bytes for each pair of tokens and each of about 16 heads. */
const attentionShare = 0.3;
const attentionBytes = 4 * 16;
/** Requests that take turns in one worker; the answers of each are held until it is done. */
const jobsPerWorker = 4;
/** Bodies are held up to three times over while they are read, decoded and handed on. */
const intakeShare = 1 / 8;

const role = process.env.AI_ROLE ?? 'ai-services';

await main(role, async (createLog) => {
  const config = readConfig(configKeys);
  const log = createLog(config.logLevel);
  const { app, stop } = await (config.role === 'llm' ? languageModels(config, log) : tasks(config, log));
  await serve(app, {
    host: config.host,
    port: portOf(config.role),
    drainSeconds: config.drainSeconds,
    ...(stop ? { onDrain: stop } : {}),
  });
});

async function languageModels(config: Settings, log: Logger) {
  const engine = await startEngine(config, log);
  const app = createLlmApp({ engine, log });
  const stop = async () => {
    await engine.stop();
    // Leases are connections that only their holders end.
    app.server.closeAllConnections();
  };
  return { app, stop };
}

async function tasks(config: Settings, log: Logger) {
  const names = config.role === 'vision' ? visionTasks : languageTasks;
  const pool = createPool({
    workers: config.workers,
    sharing: jobsPerWorker,
    queueMax: config.queueMax,
    jobTimeoutMs: config.inferenceSeconds * 1000,
    idleMs: config.idleSeconds * 1000,
    cancelGraceMs: 2000,
    settings: {
      modelsFolder: config.modelsFolder,
      threads: Math.max(1, Math.floor(availableParallelism() / config.workers)),
      weightBytes: Math.floor((memoryLimit() * weightShare) / config.workers),
      longestTokens: Math.floor(
        Math.sqrt((memoryLimit() * attentionShare) / config.workers / attentionBytes),
      ),
      pixels: config.imageMegapixels * 1e6,
    },
    log,
  });
  const bodyLimitBytes = config.taskBodyMebibytes * 2 ** 20;
  const app = await createTasksApp({
    service: config.role,
    tasks: names,
    models: createModelDirectory(join(config.modelsFolder, 'onnx'), names),
    pool,
    readFile: fileReader(config.dataProcessorUrl, bodyLimitBytes),
    bodyLimitBytes,
    intakeBytes: memoryLimit() * intakeShare,
    log,
  });
  app.addHook('onClose', () => pool.stop());
  return { app, stop: undefined };
}
