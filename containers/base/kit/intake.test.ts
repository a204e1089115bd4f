import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
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
  app.addHook('onRequest', createIntake(100).onRequest);
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

test('a body of unknown length counts for what of it has arrived, not for the longest there may be', async () => {
  const app = createBaseApp({
    log: createLog('nlp', 'silent'),
    bodyLimitBytes: 1000,
    readiness: async () => ({ ready: true }),
  });
  const { onRequest, preParsing } = createIntake(100);
  app.addHook('onRequest', onRequest);
  app.addHook('preParsing', preParsing);
  app.post('/', async ({ body }) => body);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  /** Sends the beginning of a body; the answer comes when `end` was called, or before that. */
  const send = (beginning: string) => {
    const client = request(address, { method: 'POST', headers: { 'content-type': 'application/json' } });
    const answered = once(client, 'response').then(([answer]) => (answer as IncomingMessage).statusCode);
    client.on('error', () => undefined).write(beginning);
    return { answered, end: (rest: string) => client.end(rest) };
  };
  const [one, other] = [send('{"x":"1'), send('{"x":"2')];
  one.end('"}');
  assert.is(await one.answered, 200);
  const third = send(`{"x":"${'y'.repeat(200)}`);
  assert.is(await third.answered, 503);
  other.end('"}');
  assert.is(await other.answered, 200);
  await app.close();
});

test.run();
