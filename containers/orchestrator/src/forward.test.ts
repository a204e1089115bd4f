import { EventEmitter, once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { json, withGateway } from './gateway-under-test.ts';

test('a body reaches the engine byte for byte, and its answer the client', () =>
  withGateway(
    (_request, response) =>
      response.writeHead(201, { 'content-type': 'application/json', server: 'x' }).end('{"a": 1}'),
    async (ask, seen) => {
      const answer = await ask('/v1/chat/completions', json('{ "model":"m",  "x": "ü" }'));
      assert.is(answer.status, 201);
      assert.is(await answer.text(), '{"a": 1}');
      assert.is(answer.headers.get('server'), null);
      assert.equal(seen, ['POST /v1/chat/completions { "model":"m",  "x": "ü" }']);
    },
  ));

test("an engine's error reaches the client in the shape of all others", () =>
  withGateway(
    (_request, response) =>
      response
        .writeHead(501, { 'content-type': 'application/json; charset=utf-8' })
        .end('{"error":{"code":501,"message":"no reranking","type":"not_supported_error"}}'),
    async (ask) => {
      const answer = await ask('/v1/rerank', json('{"model":"m"}'));
      assert.is(answer.status, 501);
      assert.equal(await answer.json(), {
        error: { message: 'no reranking', type: 'server_error', code: 'not_supported', param: null },
      });
    },
  ));

test('a stream that breaks off ends in an error event', () =>
  withGateway(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n', () => response.destroy());
    },
    async (ask) => {
      const text = await (await ask('/v1/completions', json('{"model":"m","stream":true}'))).text();
      assert.ok(text.startsWith('data: one\n\n'));
      const last = text.trim().split('\n').at(-1) ?? '';
      assert.is(JSON.parse(last.replace('data: ', '')).error.code, 'stream_broken');
    },
  ));

test('a connection reset before any answer is tried once more', () => {
  let tries = 0;
  return withGateway(
    (request, response) => {
      if (++tries === 1) request.socket.resetAndDestroy();
      else response.end('second');
    },
    async (ask) => {
      assert.is(await (await ask('/v1/files')).text(), 'second');
      assert.is(tries, 2);
    },
  );
});

test('a request that an engine died of, and one that starts a run, are not sent twice', () =>
  withGateway(
    (request) => request.socket.resetAndDestroy(),
    async (ask, seen) => {
      assert.is((await ask('/v1/completions', json('{"model":"m"}'))).status, 503);
      assert.is((await ask('/v1/runs', json('{}'))).status, 503);
      assert.equal(seen, ['POST /v1/completions {"model":"m"}', 'POST /v1/runs {}']);
    },
  ));

test('a service that keeps resetting is unavailable, and says when to come back', () =>
  withGateway(
    (request) => request.socket.resetAndDestroy(),
    async (ask, seen) => {
      const answer = await ask('/v1/files');
      assert.is(answer.status, 503);
      assert.is(answer.headers.get('retry-after'), '2');
      assert.is(seen.length, 2);
    },
  ));

test('a client that hangs up ends the request behind it', () => {
  const engine = new EventEmitter();
  const gone = once(engine, 'gone');
  return withGateway(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
      response.once('close', () => engine.emit('gone'));
    },
    async (ask) => {
      const hangUp = new AbortController();
      const answer = await ask('/v1/completions', {
        ...json('{"model":"m","stream":true}'),
        signal: hangUp.signal,
      });
      await answer.body?.getReader().read();
      hangUp.abort();
      await gone;
    },
  );
});

test('events are handed on one by one, not when the answer is whole', () => {
  const client = new EventEmitter();
  return withGateway(
    async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
      // The second event is sent only when the client has the first: a gateway that buffers never ends here.
      await once(client, 'first', { signal: AbortSignal.timeout(10_000) }).catch(() => response.destroy());
      response.end('data: two\n\n');
    },
    async (ask) => {
      const answer = await ask('/v1/completions', json('{"model":"m","stream":true}'));
      const reader = answer.body?.getReader();
      const read = async () => new TextDecoder().decode((await reader?.read())?.value);
      assert.is(await read(), 'data: one\n\n');
      client.emit('first');
      assert.is(await read(), 'data: two\n\n');
    },
  );
});

test.run();
