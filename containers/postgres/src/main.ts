import { setTimeout as sleep } from 'node:timers/promises';
import { createBaseApp } from '../../base/kit/app.ts';
import { readConfig } from '../../base/kit/config.ts';
import { main, serve } from '../../base/kit/serve.ts';
import { supervise } from '../../base/kit/supervisor.ts';
import { ensureCluster, serverArguments } from './cluster.ts';
import { configKeys } from './config.ts';
import { ensureRole, isReady } from './role.ts';
import { linePrefix, logServerLine } from './server-log.ts';

const startSeconds = 120;

await main('postgres', async (createLog) => {
  const config = readConfig(configKeys);
  const log = createLog(config.logLevel);
  const cluster = ensureCluster(config);
  // SIGINT is PostgreSQL's "fast" shutdown: sessions are ended, nothing is lost.
  const server = supervise(
    { argv: serverArguments(cluster, config, linePrefix), stopSignal: 'SIGINT', onLine: logServerLine },
    log,
  );
  let prepared = false;
  const app = createBaseApp({
    log,
    bodyLimitBytes: 2 ** 20,
    readiness: async () => ({ ready: prepared && (await isReady(config)), restarts: server.restarts }),
  });
  await serve(app, {
    host: config.host,
    port: config.healthPort,
    drainSeconds: config.drainSeconds,
    onDrain: () => server.stop(),
  });
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await isReady(config))) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL was not ready after ${startSeconds} s`);
    await sleep(100);
  }
  await ensureRole(config, config.password);
  prepared = true;
  log.info('role, database and extension are in place');
});
