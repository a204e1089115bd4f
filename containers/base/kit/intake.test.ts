import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBaseApp } from './app.ts';
import { createIntake } from './intake.ts';
import { createLog } from './log.ts';

test('what is under way is bounded by its bytes, and given back when it is answered', async () => {
  const app = createBaseApp({
    log: createLog('nlp', 'silent'),
    bodyLimitBytes: 1000,
    readiness: async () => ({ ready: true }),
  });
  app.addHook('onRequest', createIntake(100, 1000).onRequest);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  app.post('/hold', async () => {
    await held;
    return {};
  });
  app.post('/pass', async () => ({}));
  const post = (url: string, length: number) =>
    app.inject({ method: 'POST', url, payload: { x: 'y'.repeat(length) } });
  // One larger than the bound passes while it is alone.
  const first = post('/hold', 200);
  await new Promise((resolve) => setImmediate(resolve));
  const refused = await post('/pass', 1);
  assert.equal(
    [refused.statusCode, refused.headers['retry-after'], refused.json().error.code],
    [503, '1', 'queue_full'],
  );
  assert.is((await app.inject('/healthz')).statusCode, 200);
  release();
  assert.is((await first).statusCode, 200);
  assert.is((await post('/pass', 1)).statusCode, 200);
  await app.close();
});

test.run();
