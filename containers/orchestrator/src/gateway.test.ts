import { get } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { json, withGateway } from './gateway-under-test.ts';

/** The status of a path that fetch would mend before it sends it. */
function askAsTyped(address: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    const headers = { authorization: 'Bearer right' };
    get({ hostname, port, path, headers }, (answer) => resolve(answer.resume().statusCode)).once(
      'error',
      reject,
    );
  });
}

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
    async (ask, seen, address) => {
      assert.is(await askAsTyped(address, '/v1/files/%2e%2e/%2e%2e/readyz'), 404);
      assert.is(await askAsTyped(address, '/v1/files/../../readyz'), 404);
      assert.equal(seen, []);
      const text = { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } };
      assert.is((await ask('/v1/files', text)).status, 415);
      assert.is((await ask('/v1/runs', json('x'.repeat(2 ** 20 + 1)))).status, 413);
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
      assert.equal(await (await ask('/v1/models/m')).json(), list.data[0]);
      assert.is((await ask('/v1/models/none%2Fsuch')).status, 404);
      const answer = await ask('/v1/embeddings', json('{"model":"n"}'));
      assert.is(answer.status, 404);
      assert.match(await answer.text(), "there is no model 'n'; there is: m");
    },
  ));

test('a slash at the end changes nothing, and OPTIONS names the methods', () =>
  withGateway(
    (_request, response) => response.end('{}'),
    async (ask, seen) => {
      assert.is((await ask('/v1/completions/', json('{"model":"m"}'))).status, 200);
      assert.is((await ask('/v1/models/')).status, 200);
      assert.is((await ask('/healthz/')).status, 200);
      assert.is(seen.length, 1);
      const allow = async (path: string) => {
        const answer = await ask(path, { method: 'OPTIONS', headers: { authorization: '' } });
        return [
          answer.status,
          answer.headers.get('allow'),
          answer.headers.get('access-control-allow-origin'),
        ];
      };
      assert.equal(await allow('/v1/chat/completions'), [204, 'OPTIONS, POST', null]);
      assert.equal(await allow('/v1/models'), [204, 'GET, HEAD, OPTIONS', null]);
      assert.equal(await allow('/v1/tasks/fill-mask'), [204, 'OPTIONS, POST', null]);
      assert.equal(await allow('/v1/runs/run-1'), [204, 'DELETE, GET, HEAD, OPTIONS, POST', null]);
      assert.is((await allow('/v1/nothing'))[0], 404);
    },
  ));

test("figures are shown to who has the key: the gateway's own and the supervisor's", () =>
  withGateway(
    (_request, response) => response.end('ai_semble_llm_model_loaded{model="m"} 1\n'),
    async (ask) => {
      assert.is((await ask('/metrics', { headers: { authorization: '' } })).status, 401);
      const text = await (await ask('/metrics')).text();
      assert.ok(text.includes('ai_semble_gateway_requests_total{status="401"} 1\n'));
      assert.ok(text.endsWith('\nai_semble_llm_model_loaded{model="m"} 1\n'));
    },
  ));

test('tokens that cannot be ids never reach the engine', () =>
  withGateway(
    (_request, response) => response.end('{}'),
    async (ask, seen) => {
      for (const tokens of ['[-1]', '[1.5]', '["a"]', '[1e20]', '"ab"', '5'])
        assert.is((await ask('/detokenize', json(`{"model":"m","tokens":${tokens}}`))).status, 400, tokens);
      assert.equal(seen, []);
      assert.is((await ask('/detokenize', json('{"model":"m","tokens":[0,2147483647]}'))).status, 200);
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

test('who names no model gets the default, where there is one', () =>
  withGateway(
    (_request, response) => response.end('answered'),
    async (ask, seen) => {
      assert.is(await (await ask('/v1/completions', json('{"prompt":"x"}'))).text(), 'answered');
      assert.equal(seen, ['POST /v1/completions {"prompt":"x"}']);
    },
    [{ id: 'm' }, { id: 'p', default: true }],
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
