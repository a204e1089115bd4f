import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import type { MemoryNeed } from './memory-need.ts';
import { type Budgets, demandsOf } from './memory-pools.ts';
import { makeRoom, type Occupant } from './room.ts';
import type { RouterModel } from './router.ts';

const budgets: Budgets = { container: { bytes: 300, of: 'the container' } };
const limits = { budgets, modelsMax: 0 };
const takes = (total: number) => ({ container: { total, fixed: total, perToken: 0, context: 1 } });

/** `lastUsed` is the order in which they are given. */
function occupants(...given: (Partial<Occupant> & { id: string })[]): Occupant[] {
  return given.map((each, lastUsed) => ({
    demands: takes(100),
    pinned: false,
    idle: false,
    leaving: false,
    lastUsed,
    ...each,
  }));
}

function refusalOf(work: () => unknown): ApiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

test('idle models go, longest ago first and no more than needed', () => {
  const idle = occupants({ id: 'a', idle: true }, { id: 'b', idle: true }, { id: 'c', idle: true });
  assert.equal(makeRoom('x', takes(200), idle, limits), { kind: 'soon', unload: ['a', 'b'] });
  assert.equal(makeRoom('x', takes(100), idle.slice(1), limits), { kind: 'there' });
});

test('no idle model goes where that would not be enough', () => {
  const room = makeRoom('x', takes(250), occupants({ id: 'a', idle: true }, { id: 'b' }), limits);
  assert.is(room.kind === 'crowded' && room.refusal.status, 503);
  assert.match(
    (room.kind === 'crowded' && room.refusal.message) || '',
    "no room for model 'x', which needs 250 bytes, just now: b are answering or pinned",
  );
});

test('what is leaving is waited for before another has to go', () => {
  const some = occupants({ id: 'a', leaving: true }, { id: 'b', idle: true });
  assert.equal(makeRoom('x', takes(150), some, limits), { kind: 'soon', unload: [] });
});

test('beside pinned models that leave too little there never is room: no reason to try again', () => {
  const pinned = occupants({ id: 'p', pinned: true }, { id: 'q', pinned: true }, { id: 'a', idle: true });
  const memory = refusalOf(() => makeRoom('x', takes(150), pinned, limits));
  assert.equal([memory.status, memory.retryAfter], [507, undefined]);
  assert.match(
    memory.message,
    "'x' needs 150 bytes, but beside what is pinned (p, q) the container has 100 bytes;",
  );
  const places = refusalOf(() => makeRoom('x', takes(1), pinned, { budgets, modelsMax: 2 }));
  assert.equal([places.status, places.retryAfter], [507, undefined]);
  assert.match(places.message, 'LLM_MODELS_MAX is 2, and as many are pinned (p, q)');
});

const withGpu: Budgets = { ...budgets, gpu: { bytes: 1000, of: 'the GPU' } };
const need: MemoryNeed = { total: 800, fixed: 500, aside: 50, perToken: 1, context: 300, layers: 32 };
const preset = (...args: string[]): RouterModel => ({
  id: 'x',
  aliases: [],
  status: { value: 'unloaded', args },
});
const totals = (model: RouterModel, from = withGpu) => {
  const { container, gpu } = demandsOf(model, need, from);
  return [container?.total, gpu?.total];
};

test('a model is measured against the memory that it will lie in', () => {
  assert.equal(totals(preset()), [50, 750]);
  assert.equal(totals(preset('--n-gpu-layers', '99')), [50, 750]);
  assert.equal(totals(preset('--n-gpu-layers', '0')), [800, undefined]);
  assert.equal(totals(preset('--device', 'none')), [800, undefined]);
  assert.equal(totals(preset(), budgets), [800, undefined]);
});

test('a model that is split could lie on either side', () => {
  assert.equal(totals(preset('--n-gpu-layers', '16')), [800, 750]);
  assert.equal(totals(preset('--cpu-moe')), [800, 750]);
});

test('a model on the CPU does not use up the GPU, nor the other way round', () => {
  const onGpu = demandsOf(preset(), need, withGpu);
  const onCpu = takes(250);
  const both = { budgets: withGpu, modelsMax: 0 };
  assert.equal(makeRoom('x', onGpu, occupants({ id: 'cpu', demands: onCpu }), both), { kind: 'there' });
  assert.equal(makeRoom('x', onCpu, occupants({ id: 'gpu', demands: onGpu }), both), { kind: 'there' });
  const room = makeRoom('x', onGpu, occupants({ id: 'gpu', demands: onGpu }), both);
  assert.is(room.kind, 'crowded');
  const error = refusalOf(() =>
    makeRoom('x', demandsOf(preset('--device', 'none'), need, withGpu), [], both),
  );
  assert.match(error.message, 'needs 800 bytes with a context of 300 tokens, but the container is 300 bytes');
});

test.run();
