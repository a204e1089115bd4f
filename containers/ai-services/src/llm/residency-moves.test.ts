import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import {
  budgetOf,
  fakeRouter,
  need,
  never,
  refusal,
  residencyOver,
  slowRouter,
} from './residency-under-test.ts';
import type { RouterModel } from './router.ts';

test('while one model loads, others are loaded and leased; who waits for it can leave', async () => {
  const { router, told, finish } = slowRouter(['a', 'b'], 'a');
  const residency = residencyOver(router, { loadTimeoutMs: 60_000 });
  const leaving = new AbortController();
  const left = refusal(residency.acquire('a', leaving.signal));
  const waiting = residency.acquire('a', never);
  assert.is((await residency.acquire('b', never)).model, 'b');
  leaving.abort(new ApiError(499, 'client_closed_request', 'gone'));
  assert.is((await left).status, 499);
  finish();
  assert.is((await waiting).model, 'a');
  assert.equal([told, residency.leases('a')], [['load a', 'load b'], 1]);
});

test('a model that is still loading counts with all that it will take', async () => {
  const { router, told, finish } = slowRouter(['a', 'b'], 'a');
  const residency = residencyOver(router, { ...budgetOf(150), loadTimeoutMs: 60_000, roomWaitMs: 60_000 });
  const first = residency.acquire('a', never);
  const second = residency.acquire('b', never);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(told, ['load a']);
  finish();
  (await first).release();
  assert.is((await second).model, 'b');
  assert.equal(told, ['load a', 'unload a', 'load b']);
});

test('all who wait for a load hear how it failed, and a load that hangs is ended', async () => {
  const { router, told } = slowRouter(['a'], 'a');
  const residency = residencyOver(router, { loadTimeoutMs: 30 });
  const refusals = await Promise.all(['a', 'a'].map((name) => refusal(residency.acquire(name, never))));
  assert.equal(
    refusals.map(({ message }) => message),
    Array(2).fill("model 'a' is still loading after 0 s and does not answer"),
  );
  assert.equal(told, ['load a', 'unload a']);
});

test('a model that sleeps is leased as it is, keeps its leases, and is unloaded for another', async () => {
  const { router, told, become } = fakeRouter(['a', 'b']);
  const residency = residencyOver(router, budgetOf(150));
  const lease = await residency.acquire('a', never);
  become('a', 'sleeping');
  await residency.tend();
  assert.is(lease.gone.aborted, false);
  (await residency.acquire('a', never)).release();
  lease.release();
  await residency.acquire('b', never);
  assert.equal(told, ['load a', 'unload a', 'load b']);
});

test('a model whose file cannot be measured is refused, and keeps no other away', async () => {
  const { router } = fakeRouter(['a', 'b']);
  const needOf = ({ id }: RouterModel) => {
    if (id === 'a') throw new Error('the file ends within its header');
    return need(100);
  };
  const residency = residencyOver(router, { needOf });
  assert.is((await refusal(residency.acquire('a', never))).code, 'model_unreadable');
  assert.is((await residency.acquire('b', never)).model, 'b');
});

test.run();
