import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bertFiles } from '../starter/architectures.ts';
import { embed, similarities } from './embedding.ts';
import type { Job } from './job.ts';
import { createModelCache } from './model-cache.ts';
import { indexModels, type OnnxModel } from './model-index.ts';
import type { Context } from './run-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-semble-embedding-'));
const signal = new AbortController().signal;
let model: OnnxModel;
let context: Context;

test.before(() => {
  for (const [name, bytes] of bertFiles({ hidden: 32, layers: 2, heads: 4, seed: 7 })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const [found] = indexModels(join(folder, 'onnx'));
  model = found as OnnxModel;
});
test.before.each(() => {
  const models = createModelCache({
    modelsFolder: folder,
    threads: 1,
    weightBytes: 2 ** 30,
    longestTokens: 512,
    pixels: 0,
  }).lease(signal);
  context = { models, pixels: 0, signal };
});
test.after(() => rmSync(folder, { recursive: true }));

const job = (inputs: unknown, parameters = {}): Job => ({
  task: 'feature-extraction',
  model,
  inputs,
  parameters,
});
const near = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((value, at) => Math.abs(value - (other[at] ?? 0)) < 1e-4);

test('the model is found for what it says that it is for', () => {
  assert.equal(model.tasks, ['feature-extraction']);
});

test('a text has the same embedding alone and in a batch with longer ones', async () => {
  for (const pooling of ['mean', 'cls', 'last_token']) {
    const alone = (await embed(job('one two', { pooling }), context)) as number[];
    const [batched] = (await embed(
      job(['one two', 'one two three four five six'], { pooling }),
      context,
    )) as number[][];
    assert.ok(near(alone, batched as number[]), pooling);
  }
});

test('normalised vectors have length one; without pooling there is one for each token', async () => {
  const unit = (await embed(job('one two', { normalize: true }), context)) as number[];
  assert.is(Math.hypot(...unit).toFixed(4), '1.0000');
  const [short, long] = (await embed(
    job(['one', 'one two three'], { pooling: 'none' }),
    context,
  )) as number[][][];
  assert.ok(short && long && short.length < long.length);
  assert.is(short[0]?.length, unit.length);
});

test('tokens are counted without padding', async () => {
  const counted = (await embed(job(['one', 'one two three'], { tokens: true }), context)) as {
    tokens: number;
  }[];
  const alone = (await embed(job(['one'], { tokens: true }), context)) as { tokens: number }[];
  assert.is(counted[0]?.tokens, alone[0]?.tokens);
  assert.ok((counted[1]?.tokens ?? 0) > (counted[0]?.tokens ?? 0));
});

test('a sentence is most like itself', async () => {
  const inputs = { source_sentence: 'one two', sentences: ['three', 'one two'] };
  const [other = 0, same = 0] = await similarities(job(inputs), context);
  assert.is(same.toFixed(4), '1.0000');
  assert.ok(other < same);
});

test.run();
