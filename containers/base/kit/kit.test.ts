import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBaseApp } from './app.ts';
import { ConfigError, integer, oneOf, readConfig, secretFile, text } from './config.ts';
import { ApiError } from './errors.ts';
import { traceId } from './trace.ts';

const keys = {
  port: integer({ env: 'PORT', fallback: '80', min: 1, max: 99, help: 'port' }),
  mode: oneOf({ env: 'MODE', choices: ['a', 'b'], help: 'mode' }),
  name: text({ env: 'NAME', fallback: '', help: 'name' }),
};

test('configuration is read once, typed and frozen', () => {
  const config = readConfig(keys, { MODE: 'b' });
  assert.equal(config, { port: 80, mode: 'b', name: '' });
  assert.ok(Object.isFrozen(config));
});

test('every problem of a configuration is named at once', () => {
  try {
    readConfig(keys, { PORT: '100' });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, ConfigError);
    assert.match((error as Error).message, "PORT takes a whole number from 1 to 99; got '100'");
    assert.match((error as Error).message, 'MODE is not set: mode');
  }
  for (const PORT of ['', ' 5', '5.5', '-1', '0x10'])
    assert.throws(() => readConfig(keys, { PORT, MODE: 'a' }));
});

test('a secret comes from its file, trimmed; an empty or missing file is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kit-'));
  const key = { secret: secretFile({ env: 'F', help: 'secret' }) };
  writeFileSync(join(folder, 's'), ' abc\n');
  writeFileSync(join(folder, 'empty'), '\n');
  assert.is(readConfig(key, { F: join(folder, 's') }).secret, 'abc');
  assert.throws(() => readConfig(key, { F: join(folder, 'empty') }), /empty file/);
  assert.throws(() => readConfig(key, { F: join(folder, 'none') }), /ENOENT/);
  rmSync(folder, { recursive: true });
});

test('a trace is continued, or begun where the header is not valid', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  assert.is(traceId(`00-${id}-00f067aa0ba902b7-01`), id);
  for (const header of [undefined, 'x', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]) {
    assert.match(traceId(header), /^[0-9a-f]{32}$/);
    assert.is.not(traceId(header), '0'.repeat(32));
  }
});

const lines: string[] = [];
const log = pino({ base: { service: 'x' } }, { write: (line: string) => lines.push(line) });
const app = createBaseApp({
  log,
  bodyLimitBytes: 64,
  readiness: async () => ({ ready: false, reason: 'asleep' }),
});
app.get('/refused', async () => {
  throw new ApiError(429, 'slow_down', 'wait a moment', { retryAfter: 7, param: 'p' });
});
app.get('/broken', async () => {
  throw new Error('secret detail');
});
app.post('/echo', async (request) => request.body);

test('healthz and readyz answer by themselves', async () => {
  assert.is((await app.inject('/healthz')).body, '{"status":"ok"}');
  const ready = await app.inject('/readyz');
  assert.is(ready.statusCode, 503);
  assert.equal(ready.json(), { ready: false, reason: 'asleep' });
});

test('an error that is meant for the caller reaches it whole', async () => {
  const answer = await app.inject('/refused');
  assert.is(answer.statusCode, 429);
  assert.is(answer.headers['retry-after'], '7');
  assert.equal(answer.json().error, {
    message: 'wait a moment',
    type: 'invalid_request_error',
    code: 'slow_down',
    param: 'p',
  });
});

test('an error that is not tells nothing, and the log everything', async () => {
  const answer = await app.inject('/broken');
  assert.is(answer.statusCode, 500);
  assert.not.match(answer.body, 'secret detail');
  const id = answer.headers['x-request-id'];
  assert.ok(lines.some((line) => line.includes('secret detail') && line.includes(String(id))));
});

test('bodies that are too large, no JSON or of another type have their own status', async () => {
  const post = (payload: string, type: string) =>
    app.inject({ method: 'POST', url: '/echo', payload, headers: { 'content-type': type } });
  assert.is((await post(`"${'x'.repeat(100)}"`, 'application/json')).statusCode, 413);
  assert.is((await post('{', 'application/json')).json().error.code, 'invalid_json');
  assert.is((await post('a', 'text/csv')).statusCode, 415);
});

test('an unknown path is named, without its query', async () => {
  const answer = await app.inject('/nothing?key=secret');
  assert.is(answer.json().error.message, 'there is no GET /nothing');
});

test.run();
