import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import { budgetOf, fakeRouter, need, never, refusal, residencyOver } from './residency-under-test.ts';

test('a model is loaded once for all who ask at the same time', async () => {
  const { router, told } = fakeRouter(['a']);
  const residency = residencyOver(router);
  const leases = await Promise.all(['a', 'a', 'a-alias'].map((name) => residency.acquire(name, never)));
  assert.equal(told, ['load a']);
  assert.equal(
    leases.map(({ model, port }) => [model, port]),
    [
      ['a', 1000],
      ['a', 1000],
      ['a', 1000],
    ],
  );
  assert.is(residency.leases('a'), 3);
  for (const lease of leases) lease.release();
  assert.is(residency.leases('a'), 0);
});

test('the model used longest ago makes room, never one that is answering or pinned', async () => {
  const { router, told } = fakeRouter(['a', 'b', 'c', 'p'], { pinned: 'p' });
  const residency = residencyOver(router, { ...budgetOf(350) });
  (await residency.acquire('a', never)).release();
  (await residency.acquire('b', never)).release();
  const again = await residency.acquire('a', never);
  await residency.acquire('c', never);
  assert.equal(told, ['load a', 'load b', 'unload b', 'load c']);
  const error = await refusal(residency.acquire('b', never));
  assert.is(error.status, 503);
  assert.is(error.retryAfter, 5);
  assert.match(error.message, 'a, c, p are answering or pinned');
  again.release();
  await residency.acquire('b', never);
  assert.equal(told.slice(4), ['unload a', 'load b']);
});

test('a load waits for room until an answer is finished', async () => {
  const { router, told } = fakeRouter(['a', 'b']);
  const residency = residencyOver(router, { modelsMax: 1, roomWaitMs: 60_000 });
  const lease = await residency.acquire('a', never);
  const waiting = residency.acquire('b', never);
  lease.release();
  assert.is((await waiting).model, 'b');
  assert.equal(told, ['load a', 'unload a', 'load b']);
});

test('two models that do not fit together, asked for at once, are both loaded, each once', async () => {
  const { router, told } = fakeRouter(['a', 'b']);
  const residency = residencyOver(router, { modelsMax: 1, roomWaitMs: 60_000 });
  const use = async (name: string) => (await residency.acquire(name, never)).release();
  await Promise.all([use('a'), use('b')]);
  assert.equal(told, ['load a', 'unload a', 'load b']);
});

test('a model that is too busy to answer is not unloaded under its answers', async () => {
  const { router, told } = fakeRouter(['a']);
  let busy = false;
  const residency = residencyOver(router, { answers: async () => !busy, roomWaitMs: 20 });
  await residency.acquire('a', never);
  busy = true;
  const waiting = residency.acquire('a', never);
  setTimeout(() => {
    busy = false;
  }, 30);
  assert.is((await refusal(waiting)).code, 'model_busy');
  assert.equal([told, residency.leases('a')], [['load a'], 1]);
});

test('the limit on loaded models counts like memory', async () => {
  const { router, told } = fakeRouter(['a', 'b']);
  const residency = residencyOver(router, { modelsMax: 1 });
  (await residency.acquire('a', never)).release();
  await residency.acquire('b', never);
  assert.equal(told, ['load a', 'unload a', 'load b']);
});

test('a model that never fits is refused with both numbers and the longest context that does', async () => {
  const { router, told } = fakeRouter(['a']);
  const long = { ...need(5000), fixed: 50, perToken: 1, context: 4950 };
  const error = await refusal(residencyOver(router, { needOf: () => long }).acquire('a', never));
  assert.is(error.status, 507);
  assert.is(error.code, 'insufficient_memory');
  assert.is(
    error.message,
    "model 'a' needs 5 KiB with a context of 4950 tokens, but the test is 250 bytes; " +
      "a context of at most 200 tokens fits: set 'ctx-size = 200' under [a] in presets.ini",
  );
  const heavy = { ...need(5000), fixed: 4900, context: 10_000 };
  assert.match(
    (await refusal(residencyOver(router, { needOf: () => heavy }).acquire('a', never))).message,
    'its weights alone need 5 KiB',
  );
  assert.equal(told, []);
});

test('a model that cannot be loaded is told with the words of its process, and can be tried again', async () => {
  const { router, told } = fakeRouter(['a'], { broken: 'a' });
  const residency = residencyOver(router);
  for (let attempt = 0; attempt < 2; attempt++) {
    const error = await refusal(residency.acquire('a', never));
    assert.is(error.code, 'model_load_failed');
    assert.match(error.message, 'port 1000 said so');
  }
  assert.equal(told, ['load a', 'load a']);
});

test('a model that is not as it must be once it is loaded is unloaded again, each time', async () => {
  const { router, told } = fakeRouter(['a']);
  const inspect = async () => {
    throw new ApiError(500, 'gpu_not_used', 'on the CPU');
  };
  const residency = residencyOver(router, { inspect });
  assert.is((await refusal(residency.acquire('a', never))).code, 'gpu_not_used');
  assert.is((await refusal(residency.acquire('a', never))).code, 'gpu_not_used');
  assert.equal(told, ['load a', 'unload a', 'load a', 'unload a']);
});

test('an unknown model is refused by name', async () => {
  const { router } = fakeRouter(['a', 'b']);
  const error = await refusal(residencyOver(router).acquire('x', never));
  assert.is(error.message, "there is no model 'x'; there is: a, b");
});

test('leases end when the process of their model is gone, and the next one loads it again', async () => {
  const { router, told, crash } = fakeRouter(['a']);
  const residency = residencyOver(router);
  const lease = await residency.acquire('a', never);
  crash('a');
  await residency.tend();
  assert.is(lease.gone.aborted, true);
  await residency.acquire('a', never);
  assert.equal(told, ['load a', 'load a']);
});

test('a process that no longer answers is not leased, though the router has not noticed yet', async () => {
  const { router, told, crash } = fakeRouter(['a']);
  let alive = true;
  const residency = residencyOver(router, { answers: async () => alive, roomWaitMs: 60_000 });
  (await residency.acquire('a', never)).release();
  alive = false;
  const waiting = residency.acquire('a', never);
  setTimeout(() => {
    crash('a');
    alive = true;
  }, 30);
  assert.is((await waiting).model, 'a');
  assert.equal(told, ['load a', 'load a']);
});

test('what nobody uses is unloaded, what is leased or pinned stays', async () => {
  const { router, told } = fakeRouter(['a', 'b', 'p'], { pinned: 'p' });
  const residency = residencyOver(router, { idleMs: 1, ...budgetOf(1000) });
  (await residency.acquire('a', never)).release();
  await residency.acquire('b', never);
  await residency.acquire('p', never).then((lease) => lease.release());
  await new Promise((resolve) => setTimeout(resolve, 5));
  await residency.tend();
  assert.equal(told, ['load a', 'load b', 'unload a']);
});

test('a caller who leaves while a model loads holds no lease, and who waits behind loads nothing', async () => {
  const { router, told } = fakeRouter(['a', 'b']);
  const leaving = new AbortController();
  const load = async (id: string) => {
    leaving.abort(new ApiError(499, 'client_closed_request', 'gone'));
    await router.load(id);
  };
  const residency = residencyOver({ ...router, load });
  const waiting = ['a', 'b'].map((name) => refusal(residency.acquire(name, leaving.signal)));
  assert.equal(
    (await Promise.all(waiting)).map(({ status }) => status),
    [499, 499],
  );
  assert.equal([told, residency.leases('a')], [['load a'], 0]);
});

test.run();
