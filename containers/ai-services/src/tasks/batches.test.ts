import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bertFiles } from '../starter/architectures.ts';
import { detrFiles } from '../starter/detr-architecture.ts';
import { starterOnnxModels } from '../starter/onnx-models.ts';
import { modelsFolder, rounded } from '../starter/starter-pipeline.ts';
import type { Job } from './job.ts';
import { createModelCache } from './model-cache.ts';
import { inBatches, runJob } from './run-job.ts';
import type { TaskName } from './task-names.ts';

const entailment = ['contradiction', 'neutral', 'entailment'];
const shape = { hidden: 48, layers: 2, heads: 4 };
const folder = modelsFolder(
  new Map([
    ...starterOnnxModels(),
    ...bertFiles({ ...shape, labels: entailment, id: 'random/entailment' }),
    ...bertFiles({ ...shape, labels: ['a', 'b', 'c'], id: 'random/labels' }),
    ...detrFiles({ ...shape, labels: ['p', 'q'], id: 'random/detr' }),
  ]),
);
test.before(folder.fill);
test.after(folder.remove);

const never = new AbortController().signal;

async function ask(task: TaskName, id: string, inputs: unknown, parameters = {}): Promise<unknown> {
  const models = createModelCache({
    modelsFolder: folder.path(''),
    threads: 1,
    weightBytes: 2 ** 30,
    longestTokens: 512,
    pixels: 0,
  }).lease(never);
  const job: Job = { task, model: { id, precision: 'fp32', pooling: 'mean', bytes: 1 }, inputs, parameters };
  return runJob(job, { models, pixels: 1e7, signal: never });
}

/** That several inputs at once have the answers which each has alone. */
async function sameAlone(task: TaskName, id: string, inputs: readonly unknown[], parameters = {}) {
  const together = (await ask(task, id, inputs, parameters)) as unknown[];
  assert.is(together.length, inputs.length);
  for (const [index, input] of inputs.entries()) {
    // Some tasks answer one text with a list of one.
    const alone = await ask(task, id, [input], parameters);
    assert.equal(rounded(together[index]), rounded((alone as unknown[])[0]), `${task} ${index}`);
  }
  return together;
}

const texts = [
  'One short sentence.',
  'A much longer sentence, by which the other one is padded.',
  'Two words.',
];

test('a text has the same scores alone and among others', async () => {
  const labels = { candidate_labels: ['sports', 'a longer label', '$&'] };
  await sameAlone('zero-shot-classification', 'random/entailment', texts, labels);
  const multi = { ...labels, multi_label: true, hypothesis_template: 'About {}.' };
  const scored = (await sameAlone('zero-shot-classification', 'random/entailment', texts, multi)) as {
    label: string;
    score: number;
  }[][];
  assert.equal(scored[0]?.map(({ label }) => label).sort(), ['$&', 'a longer label', 'sports']);
  await sameAlone('text-classification', 'random/labels', texts);
  await sameAlone('fill-mask', 'starter/blanks', ['every model runs [MASK]', 'it runs [MASK] in one pod']);
  const context = 'Ada Lovelace lived in London with her friends.';
  await sameAlone('question-answering', 'starter/answers', [
    { question: 'Where did Ada live?', context },
    { question: 'Who lived in London?', context: `Long ago, ${context}` },
  ]);
});

test("a classifier's figures become scores as the request says", async () => {
  const of = async (function_to_apply: string) =>
    (
      (await ask('text-classification', 'random/labels', ['x'], { function_to_apply })) as {
        score: number;
      }[][]
    )[0]?.map(({ score }) => score) as number[];
  const [raw, sigmoid, softmax] = [await of('none'), await of('sigmoid'), await of('softmax')];
  assert.equal(rounded(sigmoid), rounded(raw.map((logit) => 1 / (1 + Math.exp(-logit)))));
  const sum = raw.reduce((total, logit) => total + Math.exp(logit), 0);
  assert.equal(rounded(softmax), rounded(raw.map((logit) => Math.exp(logit) / sum)));
});

const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

test('a picture has the same answer alone and among others, of its own size and of another', async () => {
  const pictures = [
    await plain(80, 40, '#ff0000'),
    await plain(80, 40, '#0000ff'),
    await plain(40, 80, '#00a000'),
    await plain(80, 40, '#00a000'),
  ];
  const found = (await sameAlone('object-detection', 'random/detr', pictures, {
    threshold: 0,
  })) as unknown[][];
  assert.ok(found.flat().length > 0);
  await sameAlone('object-detection', 'starter/bright-regions', pictures);
  await sameAlone('depth-estimation', 'starter/brightness-depth', pictures);
  await sameAlone('image-segmentation', 'starter/color-regions', pictures);
  const captions = await sameAlone('image-to-text', 'starter/captions', pictures);
  assert.is(new Set(captions.map((answer) => JSON.stringify(answer))).size, 3);
});

test('batches end at their size, at what is too long for them, and where another kind begins', async () => {
  const sizes: number[] = [];
  const count = async (batch: string[]) => {
    sizes.push(batch.length);
    return batch;
  };
  await inBatches(Array(20).fill('x'), never, count);
  await inBatches(['x', 'y'.repeat(8000), 'x'], never, count);
  await inBatches(['a', 'a', 'b', 'a'], never, count, { kindOf: (item) => item, size: 2 });
  assert.equal(sizes, [16, 4, 1, 1, 1, 2, 1, 1]);
});

test.run();
