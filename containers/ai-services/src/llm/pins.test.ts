import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import { parsePresets } from './engine-presets.ts';
import { createPins } from './pins.ts';
import { budgetOf, fakeRouter, never, residencyOver } from './residency-under-test.ts';

function pinsOver(names: readonly string[], pinned: readonly string[], budget: number) {
  const { router, told, crash } = fakeRouter(names);
  const isPinned = ({ id }: { id: string }) => pinned.includes(id);
  const residency = residencyOver(router, { ...budgetOf(budget), isPinned });
  const pins = createPins({ residency, isPinned, signal: never, retryMs: 0 });
  const keep = async () => {
    pins.keep(await router.list());
    await sleep(30);
  };
  return { pins, residency, told, crash, keep };
}

test('pinned models are loaded at start, and again where one died', async () => {
  const { pins, told, crash, keep } = pinsOver(['a', 'b', 'c'], ['a', 'b'], 250);
  await keep();
  assert.equal(told, ['load a', 'load b']);
  await keep();
  crash('b');
  await keep();
  assert.equal([told, pins.problems], [['load a', 'load b', 'load b'], []]);
});

test('a pinned model that does not fit is not loaded, and named until it is no longer pinned', async () => {
  const pinned = ['a', 'b'];
  const { pins, told, keep } = pinsOver(['a', 'b'], pinned, 150);
  await keep();
  assert.equal(told, ['load a']);
  assert.is(pins.problems.length, 1);
  assert.match(
    pins.problems[0] ?? '',
    "model 'b' needs 100 bytes, but beside what is pinned (a) the test has 50 bytes;",
  );
  pinned.pop();
  await keep();
  assert.equal(pins.problems, []);
});

test('a pinned model that waits for those in use is no problem of the setting', async () => {
  const { pins, residency, told, keep } = pinsOver(['a', 'p'], ['p'], 150);
  const lease = await residency.acquire('a', never);
  await keep();
  assert.equal([told, pins.problems], [['load a'], []]);
  lease.release();
  await keep();
  assert.equal(told, ['load a', 'unload a', 'load p']);
});

test('an error while a pinned model is loaded is told, and it is tried again later only', async () => {
  let tries = 0;
  const acquire = async () => {
    tries++;
    throw new ApiError(500, 'gpu_not_used', 'on the CPU');
  };
  const pins = createPins({ residency: { acquire }, isPinned: () => true, signal: never, retryMs: 60_000 });
  const models = await fakeRouter(['a']).router.list();
  for (let time = 0; time < 2; time++) {
    pins.keep(models);
    await sleep(1);
  }
  assert.equal([tries, pins.problems], [1, ['on the CPU']]);
});

test('the engine never reads which models to load; who is pinned is known by the words that it takes for true', () => {
  const lines = [
    'version = 1',
    '[*]',
    'load-on-startup = 1',
    '[ a b ]',
    'load-on-startup = false ; not this one',
    'ctx-size = 5',
    '[c]',
    'load-on-startup=on',
  ];
  const { text, isPinned } = parsePresets(lines.join('\n'));
  assert.is(text, 'version = 1\n[*]\n[ a b ]\nctx-size = 5\n[c]');
  assert.equal(
    ['a b', 'c', 'other'].map((id) => isPinned({ id })),
    [false, true, true],
  );
  const pins = (word: string) => parsePresets(`[a]\nload-on-startup = ${word}\n`).isPinned({ id: 'a' });
  assert.equal(['true', 'on', '1', 'enabled', 'false', '0', ''].map(pins), [
    ...[true, true, true, true],
    ...[false, false, false],
  ]);
  assert.is(parsePresets('').isPinned({ id: 'a' }), false);
});

test.run();
