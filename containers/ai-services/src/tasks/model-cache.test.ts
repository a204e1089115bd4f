import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Job } from './job.ts';
import { createModelCache } from './model-cache.ts';

const settings = { modelsFolder: '/none', threads: 1, longestTokens: 512, pixels: 0, weightBytes: 10 };
const model = (id: string, bytes = 10): Job['model'] => ({ id, precision: 'fp32', pooling: 'mean', bytes });
const never = new AbortController().signal;

/** A cache, and which models were let go. */
function tightCache() {
  const gone: string[] = [];
  let loads = 0;
  const load = async (id: string) => {
    loads++;
    return { id, dispose: async () => gone.push(id) };
  };
  return { cache: createModelCache(settings), gone, load, loads: () => loads };
}

test('models that do not fit together make room for each other, and one that never fits is refused', async () => {
  const { cache, gone, load } = tightCache();
  for (const id of ['a', 'b']) {
    const lease = cache.lease(never);
    await lease.get(model(id), 'k', load);
    lease.end();
  }
  assert.equal([gone, cache.loaded()], [['a'], ['b']]);
  const error = await cache
    .lease(never)
    .get(model('c', 11), 'k', load)
    .catch((reason: Error) => reason);
  assert.match((error as Error).message, /of weights, but this service keeps at most/);
});

test('what a job uses stays until it ends, and who needs the room waits for that', async () => {
  const { cache, gone, load, loads } = tightCache();
  const [one, other, next] = [cache.lease(never), cache.lease(never), cache.lease(never)];
  const both = await Promise.all([one.get(model('a'), 'k', load), other.get(model('a'), 'k', load)]);
  assert.is(both[0], both[1]);
  assert.is(loads(), 1);
  const waiting = next.get(model('b'), 'k', load);
  one.end();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(gone, []);
  other.end();
  assert.is((await waiting).id, 'b');
  assert.equal(gone, ['a']);
});

test('who is cancelled waits no longer, and what cannot be loaded is tried anew', async () => {
  const { cache, load } = tightCache();
  await cache.lease(never).get(model('a'), 'k', load);
  const leaving = new AbortController();
  const waiting = cache
    .lease(leaving.signal)
    .get(model('b'), 'k', load)
    .catch((error: Error) => error.message);
  leaving.abort(new Error('client left'));
  assert.is(await waiting, 'client left');

  const broken = tightCache().cache.lease(never);
  const failing = () => Promise.reject(new Error('no such file'));
  assert.is(
    await broken.get(model('a'), 'k', failing).catch((error: Error) => error.message),
    'no such file',
  );
  assert.is((await broken.get(model('a'), 'k', load)).id, 'a');
});

test.run();
