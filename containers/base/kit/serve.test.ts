import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const kit = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Says its port, and when a request has come; answers it when it reads a line. */
const service = `
  const { createBaseApp } = await import(${kit('./app.ts')});
  const { createLog } = await import(${kit('./log.ts')});
  const { serve } = await import(${kit('./serve.ts')});
  const log = createLog('tested', 'info');
  const app = createBaseApp({ log, bodyLimitBytes: 64, readiness: async () => ({ ready: true }) });
  app.get('/slow', () => new Promise((resolve) => {
    process.stdin.once('data', () => resolve('done'));
    log.info('asked');
  }));
  await serve(app, { host: '127.0.0.1', port: 0, drainSeconds: 20 });
  log.info({ port: app.server.address().port }, 'listens');
`;

test('draining finishes what it was asked, and does not wait for a client that keeps its connection', async () => {
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '--eval', service]);
  const agent = new Agent({ keepAlive: true });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const until = async (msg: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`the service ended without '${msg}'`);
        const line = JSON.parse(value);
        if (line.msg === msg) return line;
      }
    };
    const { port } = await until('listens');
    const answered = once(get({ host: '127.0.0.1', port: Number(port), path: '/slow', agent }), 'response');
    await until('asked');
    child.kill('SIGTERM');
    await until('draining');
    child.stdin.write('\n');
    const [answer] = (await answered) as [IncomingMessage];
    assert.is(await answer.toArray().then(String), 'done');
    // Where the connection held it up it would say that the drain time is over, and end without this.
    await until('stopped');
  } finally {
    agent.destroy();
    child.kill('SIGKILL');
  }
});

test.run();
