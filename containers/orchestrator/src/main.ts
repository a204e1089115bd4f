import { Agent } from 'undici';
import { readConfig } from '../../base/kit/config.ts';
import { memoryLimit } from '../../base/kit/memory.ts';
import { main, serve } from '../../base/kit/serve.ts';
import { createApp } from './app.ts';
import { configKeys } from './config.ts';

await main('orchestrator', async (log) => {
  const config = readConfig(configKeys);
  const silenceMs = config.answerSeconds * 1000;
  const dispatcher = new Agent({ headersTimeout: silenceMs, bodyTimeout: silenceMs, connectTimeout: 2000 });
  const getJson = async (url: string): Promise<unknown> =>
    (await fetch(url, { signal: AbortSignal.timeout(3000) })).json();
  const app = createApp(
    { ...config, intakeBytes: memoryLimit() / 4 },
    { log: log(config.logLevel), dispatcher, getJson },
  );
  await serve(app, config);
});
