import { createBaseApp } from '../../base/kit/app.ts';
import { readConfig } from '../../base/kit/config.ts';
import { main, serve } from '../../base/kit/serve.ts';
import { configKeys, healthPort } from './config.ts';
import { startEngine } from './llm/engine.ts';

const role = process.env.AI_ROLE ?? 'ai-services';

await main(role, async (createLog) => {
  const config = readConfig(configKeys);
  const log = createLog(config.logLevel);
  const engine = config.role === 'llm' ? startEngine(config, log) : undefined;
  const app = createBaseApp({
    log,
    bodyLimitBytes: 2 ** 20,
    readiness: async () => (engine ? engine.readiness() : { ready: true, models: {} }),
  });
  if (!engine) app.get('/v1/models', async () => ({ object: 'list', data: [] }));
  await serve(app, {
    host: config.host,
    port: healthPort(config.role),
    drainSeconds: config.drainSeconds,
    onDrain: async () => engine?.stop(),
  });
});
