import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../base/kit/log.ts';
import { createApp } from './app.ts';

/** A service that answers as `answer` says; the requests it saw. */
async function fakeService(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
) {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    seen.push(`${request.method} ${request.url} ${body}`);
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, seen, close };
}

async function withGateway(
  answer: Parameters<typeof fakeService>[0],
  work: (ask: (path: string, init?: RequestInit) => Promise<Response>, seen: string[]) => Promise<void>,
): Promise<void> {
  const service = await fakeService(answer);
  const dispatcher = new Agent({ headersTimeout: 5000 });
  const nowhere = 'http://127.0.0.1:1';
  const app = createApp(
    {
      apiKey: 'right',
      bodyLimitMebibytes: 1,
      llmUrl: service.url,
      llmHealthUrl: nowhere,
      visionUrl: nowhere,
      nlpUrl: nowhere,
      dataProcessorUrl: service.url,
      postgresHealthUrl: nowhere,
    },
    {
      log: createLog('orchestrator', 'fatal'),
      dispatcher,
      getJson: async (url) => {
        if (url === `${service.url}/v1/models`) return { data: [{ id: 'm', created: 5 }] };
        if (url.endsWith('/v1/models')) return { data: [] };
        throw new Error('down');
      },
    },
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(address + path, { ...init, headers: { authorization: 'Bearer right', ...init.headers } });
  try {
    await work(ask, service.seen);
  } finally {
    await app.close();
    await dispatcher.destroy();
    await service.close();
  }
}

const json = (body: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json' },
});

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

test('nothing reaches a service without the key', () =>
  withGateway(
    (_request, response) => response.end(),
    async (ask, seen) => {
      for (const authorization of ['Bearer wrong', 'Bearer', 'Basic right', 'right', '']) {
        assert.is((await ask('/v1/files', { headers: { authorization } })).status, 401, authorization);
      }
      assert.equal(seen, []);
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
      assert.is(await (await ask('/v1/completions', json('{"model":"m"}'))).text(), 'second');
      assert.is(tries, 2);
    },
  );
});

test('a service that keeps resetting is unavailable, and says when to come back', () =>
  withGateway(
    (request) => request.socket.resetAndDestroy(),
    async (ask, seen) => {
      const answer = await ask('/v1/completions', json('{"model":"m"}'));
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

test('uploads pass as they come, with their path and query', () =>
  withGateway(
    (_request, response) => response.end('ok'),
    async (ask, seen) => {
      const upload = {
        method: 'POST',
        body: 'raw',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      };
      await ask('/v1/files?limit=2', upload);
      await ask('/v1/files/file-1', { method: 'DELETE', headers: { 'content-type': 'application/json' } });
      assert.equal(seen, ['POST /v1/files?limit=2 raw', 'DELETE /v1/files/file-1 ']);
    },
  ));

test('a data route cannot be left by dots, nor fed what nobody reads', () =>
  withGateway(
    (_request, response) => response.end('ok'),
    async (ask, seen) => {
      assert.is((await ask('/v1/files/%2e%2e/%2e%2e/readyz')).status, 404);
      assert.equal(seen, []);
      const text = { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } };
      assert.is((await ask('/v1/files', text)).status, 415);
      assert.is((await ask('/v1/runs', json('x'.repeat(2 ** 20 + 1)))).status, 413);
    },
  ));

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

test("an engine's plain words of its own death become an error that clients understand", () =>
  withGateway(
    (_request, response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('proxy error'),
    async (ask) => {
      const answer = await ask('/v1/completions', json('{"model":"m"}'));
      assert.is(answer.status, 503);
      assert.is(((await answer.json()) as { error: { code: string } }).error.code, 'service_unavailable');
    },
  ));

test('what is nested too deep never reaches an engine', () =>
  withGateway(
    (_request, response) => response.end('{}'),
    async (ask, seen) => {
      const nested = (depth: number, inner = '1') =>
        json(`{"model":"m","x":${'['.repeat(depth)}${inner}${']'.repeat(depth)}}`);
      assert.is((await ask('/v1/completions', nested(127))).status, 200);
      assert.is((await ask('/v1/completions', nested(128))).status, 400);
      assert.is((await ask('/v1/completions', nested(1, JSON.stringify('\\"[['.repeat(500))))).status, 200);
      assert.is(seen.length, 2);
    },
  ));

test('models are listed with the service that owns them, and unknown ones refused by name', () =>
  withGateway(
    (_request, response) => response.end(),
    async (ask) => {
      const list = (await (await ask('/v1/models')).json()) as { data: unknown[] };
      assert.equal(list.data[0], { id: 'm', object: 'model', created: 5, owned_by: 'llm' });
      const answer = await ask('/v1/embeddings', json('{"model":"n"}'));
      assert.is(answer.status, 404);
      assert.match(await answer.text(), "there is no model 'n'; there is: m");
    },
  ));

test('bodies that name no model or are no object are refused', () =>
  withGateway(
    (_request, response) => response.end(),
    async (ask, seen) => {
      for (const body of ['', '{', '[]', 'null', '"x"', '{}', '{"model":5}', '{"model":""}']) {
        assert.is((await ask('/v1/completions', json(body))).status, 400, body);
      }
      assert.is((await ask('/v1/completions', json(`{"x":"${'y'.repeat(2 ** 20)}"}`))).status, 413);
      assert.equal(seen, []);
    },
  ));

test('readyz names what is down', () =>
  withGateway(
    (_request, response) => response.end(),
    async (ask) => {
      const answer = await ask('/readyz');
      assert.is(answer.status, 503);
      const state = (await answer.json()) as { services: Record<string, unknown> };
      assert.equal(state.services.llm, { ready: false, reason: 'down' });
      assert.is(Object.keys(state.services).length, 5);
    },
  ));

test.run();
