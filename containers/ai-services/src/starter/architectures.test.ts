import { AutoProcessor, AutoTokenizer, softmax, type Tensor } from '@huggingface/transformers';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bertFiles, vitFiles } from './architectures.ts';
import { detrFiles } from './detr-architecture.ts';
import { modelsFolder, picture, rounded } from './starter-pipeline.ts';

const bert = { hidden: 48, layers: 3, heads: 4, labels: ['a', 'b', 'c'], id: 'random/bert' };
const folder = modelsFolder(
  new Map([
    ...bertFiles(bert),
    ...bertFiles({ hidden: 48, layers: 2, heads: 4, id: 'random/bert-states' }),
    ...vitFiles({ hidden: 48, layers: 3, heads: 4, labels: ['x', 'y', 'z'], id: 'random/vit' }),
    ...detrFiles({ hidden: 48, layers: 2, heads: 4, labels: ['p', 'q'], id: 'random/detr' }),
  ]),
);
test.before(folder.fill);
test.after(folder.remove);

const short = 'One short sentence.';
const long = 'A much longer sentence that makes the other one be padded to its own length.';

/** What onnxruntime computes by itself, from the tensors that the model would be given. */
async function run(
  id: string,
  tensors: Readonly<Record<string, Tensor>>,
): Promise<Record<string, OrtTensor>> {
  const session = await InferenceSession.create(folder.path(`onnx/${id}/onnx/model.onnx`));
  const feeds = session.inputNames.map((name): [string, OrtTensor] => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new Error(`${id} asks for ${name}`);
    return [name, new OrtTensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.dims)];
  });
  return (await session.run(Object.fromEntries(feeds))) as Record<string, OrtTensor>;
}

async function bertLogits(texts: readonly string[]): Promise<number[][]> {
  const tokenizer = await AutoTokenizer.from_pretrained('random/bert');
  const { logits } = await run('random/bert', tokenizer([...texts], { padding: true, truncation: true }));
  const all = [...((logits?.data ?? []) as Float32Array)];
  return texts.map((_, row) => all.slice(3 * row, 3 * row + 3));
}

interface Scored {
  label: string;
  score: number;
}

/** Both as label → score, for the greatest difference to be taken. */
function difference(scored: readonly Scored[], labels: readonly string[], logits: readonly number[]): number {
  const right = softmax([...logits]);
  assert.equal(scored.map(({ label }) => label).sort(), [...labels].sort());
  return Math.max(
    ...scored.map(({ label, score }) => Math.abs(score - (right[labels.indexOf(label)] ?? NaN))),
  );
}

test('BERT through the pipeline is what onnxruntime computes itself', async () => {
  const classify = await folder.open('text-classification', 'random/bert');
  const scored = (await classify([short, long], { top_k: 3 })) as Scored[][];
  const logits = await bertLogits([short, long]);
  assert.ok(difference(scored[0] ?? [], bert.labels, logits[0] ?? []) < 1e-6);
  assert.ok(difference(scored[1] ?? [], bert.labels, logits[1] ?? []) < 1e-6);
  assert.ok(Math.abs((logits[0]?.[0] ?? 0) - (logits[1]?.[0] ?? 0)) > 1e-3, 'the model tells texts apart');
});

test('BERT does not see padding: alone or in a longer batch, a text has the same logits', async () => {
  const [alone] = await bertLogits([short]);
  const [padded] = await bertLogits([short, long]);
  const apart = (alone ?? []).map((value, at) => Math.abs(value - (padded?.[at] ?? NaN)));
  assert.ok(Math.max(...apart) < 1e-4, `${apart}`);
});

test('BERT sees every word and the order of words', async () => {
  const [one, other, turned] = await bertLogits([
    'the cat sees the dog',
    'the cat sees the fog',
    'the dog sees the cat',
  ]);
  const apart = (a: number[] = [], b: number[] = []) =>
    Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? NaN))));
  assert.ok(apart(one, other) > 1e-3);
  assert.ok(apart(one, turned) > 1e-3);
});

test('BertModel gives the hidden state of every token', async () => {
  const extract = await folder.open('feature-extraction', 'random/bert-states');
  const states = (await extract(short)) as Tensor;
  const tokenizer = await AutoTokenizer.from_pretrained('random/bert-states');
  const { last_hidden_state: own } = await run('random/bert-states', tokenizer(short));
  assert.equal(states.dims, own?.dims);
  assert.equal([...(states.data as Float32Array)], [...((own?.data ?? []) as Float32Array)]);
});

test('ViT through the pipeline is what onnxruntime computes itself, and depends on where things are', async () => {
  const classify = await folder.open('image-classification', 'random/vit');
  const processor = await AutoProcessor.from_pretrained('random/vit', {});
  const left = picture(40, 30, (x) => (x < 20 ? [255, 0, 0] : [0, 0, 90]));
  const right = picture(40, 30, (x) => (x >= 20 ? [255, 0, 0] : [0, 0, 90]));
  const found: number[][] = [];
  for (const image of [left, right]) {
    const { logits } = await run('random/vit', await processor([image]));
    const own = [...((logits?.data ?? []) as Float32Array)];
    assert.ok(difference((await classify(image)) as Scored[], ['x', 'y', 'z'], own) < 1e-6);
    found.push(own);
  }
  assert.ok(Math.abs((found[0]?.[0] ?? 0) - (found[1]?.[0] ?? 0)) > 1e-3);
});

test('DETR through the pipeline is what onnxruntime computes itself', async () => {
  const detect = await folder.open('object-detection', 'random/detr');
  const processor = await AutoProcessor.from_pretrained('random/detr', {});
  const image = picture(80, 40, (x, y) => [3 * x, 5 * y, 100]);
  const found = (await detect(image, { threshold: 0, percentage: true })) as (Scored & { box: object })[];
  const { logits, pred_boxes } = await run('random/detr', await processor([image]));
  const rows = (tensor: OrtTensor | undefined, width: number) =>
    Array.from({ length: 6 }, (_, row) =>
      [...((tensor?.data ?? []) as Float32Array)].slice(width * row, width * (row + 1)),
    );
  const right = rows(logits, 3).flatMap((row, query) => {
    const best = row.indexOf(Math.max(...row));
    if (best === 2) return [];
    const [x = 0, y = 0, width = 0, height = 0] = rows(pred_boxes, 4)[query] ?? [];
    const box = { xmin: x - width / 2, ymin: y - height / 2, xmax: x + width / 2, ymax: y + height / 2 };
    return [{ score: softmax(row)[best], label: ['p', 'q'][best], box }];
  });
  assert.ok(right.length > 0);
  assert.equal(rounded(found), rounded(right));
});

test('a seed gives the same bytes, another seed others', () => {
  const model = (seed: number) => bertFiles({ ...bert, seed }).get('onnx/random/bert/onnx/model.onnx');
  assert.equal(model(7)?.equals(model(7) ?? Buffer.alloc(0)), true);
  assert.equal(model(7)?.equals(model(8) ?? Buffer.alloc(0)), false);
});

test.run();
