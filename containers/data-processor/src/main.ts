import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS, type DLogger } from '@dbos-inc/dbos-sdk';
import { Pool } from 'pg';
import { readConfig } from '../../base/kit/config.ts';
import type { Logger } from '../../base/kit/log.ts';
import { main, serve } from '../../base/kit/serve.ts';
import { createApp } from './app.ts';
import { configKeys } from './config.ts';
import { openFileStore } from './file-store.ts';
import { createRuns } from './runs.ts';

/**
 * DBOS resumes only runs of its own version, which it would derive from the source: then an upgrade orphaned
 * every unfinished run. To be raised only when the steps of a workflow change their order or meaning.
 */
const workflowVersion = '1';
const databaseSeconds = 120;

await main('data-processor', async (createLog) => {
  const config = readConfig(configKeys);
  const log = createLog(config.logLevel);
  const connectionString = `postgresql://ai_semble:${config.postgresPassword}@${config.postgresHost}:${config.postgresPort}/ai_semble`;
  const pool = new Pool({ connectionString });
  pool.on('error', (error) => log.warn({ err: error }, 'lost an idle connection to PostgreSQL'));
  await databaseReady(pool, log);

  const workFolder = join(config.folder, 'work');
  await mkdir(workFolder, { recursive: true });
  const files = await openFileStore(pool, join(config.folder, 'files'));
  const runs = createRuns({
    files,
    workFolder,
    mebibytes: config.transformMebibytes,
    spillMebibytes: config.spillMebibytes,
    runsAtOnce: config.runsAtOnce,
    runSeconds: config.runSeconds,
  });
  DBOS.setConfig({
    name: 'ai-semble',
    systemDatabaseUrl: connectionString,
    applicationVersion: workflowVersion,
    logger: dbosLog(log),
  });
  await DBOS.launch();
  await runs.open();

  const app = createApp({
    log,
    files,
    runs,
    uploadLimitMebibytes: config.uploadLimitMebibytes,
    readiness: async () => {
      const ready = await pool.query('SELECT 1').then(
        () => true,
        () => false,
      );
      return ready ? { ready } : { ready, reason: 'PostgreSQL does not answer' };
    },
  });
  await serve(app, config);
});

async function databaseReady(pool: Pool, log: Logger): Promise<void> {
  const deadline = Date.now() + databaseSeconds * 1000;
  for (;;) {
    const problem = await pool.query('SELECT 1').then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (problem === undefined) return;
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL did not answer in ${databaseSeconds} s: ${problem}`);
    log.debug({ problem }, 'waiting for PostgreSQL');
    await sleep(250);
  }
}

function dbosLog(log: Logger): DLogger {
  const child = log.child({ engine: 'dbos' });
  return {
    debug: (entry) => child.trace(String(entry)),
    info: (entry) => child.debug(String(entry)),
    warn: (entry) => child.warn(String(entry)),
    error: (entry, metadata) => child.error({ stack: metadata?.stack }, String(entry)),
  };
}
