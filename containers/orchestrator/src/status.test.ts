import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { json, withGateway } from './gateway-under-test.ts';

const found = {
  verified_at: '2026-01-02T03:04:05.000Z',
  held: 2,
  not_held: 1,
  not_provable: 3,
  failures: ['llm: user'],
};

test('the state shows what was verified last, and nothing before', () =>
  withGateway(
    (_request, response) => response.end('{"ready":true}'),
    async (ask) => {
      const state = async () =>
        (await (await ask('/v1/status')).json()) as { services: object; verification: unknown };
      const before = await state();
      assert.is(before.verification, null);
      assert.equal(Object.keys(before.services), ['llm', 'vision', 'nlp', 'data-processor', 'postgres']);
      assert.is(
        (await ask('/v1/status/verification', { ...json(JSON.stringify(found)), method: 'PUT' })).status,
        204,
      );
      assert.equal((await state()).verification, found);
    },
  ));

test('a verification that is none is refused, and the last one kept', () =>
  withGateway(
    (_request, response) => response.end('{"ready":true}'),
    async (ask) => {
      for (const body of [
        {},
        { ...found, held: -1 },
        { ...found, more: 1 },
        { ...found, verified_at: 'today' },
      ]) {
        assert.is(
          (await ask('/v1/status/verification', { ...json(JSON.stringify(body)), method: 'PUT' })).status,
          400,
        );
      }
      assert.is(((await (await ask('/v1/status')).json()) as { verification: unknown }).verification, null);
    },
  ));

test.run();
