import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createModelDirectory } from './model-directory.ts';
import { indexModels } from './model-index.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-semble-index-'));
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

/** Files of a model: texts as they are, numbers as so many bytes, objects as JSON. */
function put(files: Readonly<Record<string, string | number | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const bytes =
      typeof content === 'number'
        ? Buffer.alloc(content)
        : typeof content === 'string'
          ? content
          : JSON.stringify(content);
    writeFileSync(join(folder, name), bytes);
  }
}

const config = (architecture: string, more = {}) => ({ architectures: [architecture], ...more });

function tasksOf(architecture: string, more = {}): string {
  put({ 'x/config.json': config(architecture, more), 'x/onnx/model.onnx': 1 });
  return indexModels(folder)[0]?.tasks.join() ?? 'not a model';
}

test('what a model is for follows from the class it was exported from', () => {
  const expected = {
    BertForSequenceClassification: 'text-classification',
    RobertaForTokenClassification: 'token-classification',
    DistilBertForQuestionAnswering: 'question-answering',
    BertForMaskedLM: 'fill-mask',
    MarianMTModel: 'translation',
    T5ForConditionalGeneration: 'summarization,translation',
    BertModel: 'feature-extraction,sentence-similarity',
    ViTForImageClassification: 'image-classification',
    DetrForObjectDetection: 'object-detection',
    DetrForSegmentation: 'image-segmentation',
    SegformerForSemanticSegmentation: 'image-segmentation',
    DPTForDepthEstimation: 'depth-estimation',
    CLIPModel: 'zero-shot-image-classification',
    VisionEncoderDecoderModel: 'image-to-text',
    ViTModel: 'image-feature-extraction',
    Dinov2Model: 'image-feature-extraction',
    LlamaForCausalLM: '',
  };
  assert.equal(Object.fromEntries(Object.keys(expected).map((name) => [name, tasksOf(name)])), expected);
});

test('classifiers of one label rank, and those that know entailment classify without training', () => {
  assert.is(tasksOf('BertForSequenceClassification', { label2id: { LABEL_0: 0 } }), 'text-ranking');
  const nli = { label2id: { ENTAILMENT: 0, neutral: 1, contradiction: 2 } };
  assert.is(tasksOf('BartForSequenceClassification', nli), 'zero-shot-classification,text-classification');
});

test('the weights that are loaded are those of the best precision there is, with what lies beside them', () => {
  put({
    'org/a/config.json': config('BertModel'),
    'org/a/onnx/model.onnx': 10,
    'org/a/onnx/model.onnx_data': 500,
    'org/a/onnx/model_quantized.onnx': 3,
    'org/b/config.json': config('T5ForConditionalGeneration'),
    'org/b/onnx/encoder_model_quantized.onnx': 4,
    'org/b/onnx/decoder_model_merged_quantized.onnx': 5,
  });
  assert.equal(
    indexModels(folder).map(({ id, precision, bytes }) => [id, precision, bytes]),
    [
      ['org/a', 'fp32', 510],
      ['org/b', 'q8', 9],
    ],
  );
});

test('pooling comes from sentence-transformers’ settings, or from our own file', () => {
  const model = { 'a/config.json': config('BertModel'), 'a/onnx/model.onnx': 1 };
  const pooling = () => indexModels(folder)[0]?.pooling;
  put(model);
  assert.is(pooling(), 'mean');
  put({ 'a/1_Pooling/config.json': { pooling_mode_cls_token: true } });
  assert.is(pooling(), 'cls');
  put({ 'a/ai-semble.json': { pooling: 'last_token', tasks: ['feature-extraction', 'no-such-task'] } });
  assert.is(pooling(), 'last_token');
  assert.equal(indexModels(folder)[0]?.tasks, ['feature-extraction']);
});

test('folders that are no model, half of one or a broken one are left out', () => {
  put({
    'a/config.json': '{ broken',
    'a/onnx/model.onnx': 1,
    'b/config.json': config('BertModel'),
    'c/onnx/model.onnx': 1,
    'd/config.json': config('BertModel'),
    'd/onnx/readme.txt': 1,
    '.partial/e/config.json': config('BertModel'),
    '.partial/e/onnx/model.onnx': 1,
    'file.txt': 1,
  });
  assert.equal(indexModels(folder), []);
  assert.equal(indexModels(join(folder, 'nowhere')), []);
});

test('a task’s default is the first model by name, a starter only where there is nothing else', () => {
  const model = (id: string) => ({
    [`${id}/config.json`]: config('BertForMaskedLM'),
    [`${id}/onnx/model.onnx`]: 1,
  });
  put(model('starter/blanks'));
  const directory = () => createModelDirectory(folder, ['fill-mask'], 0);
  assert.is(directory().choose('fill-mask', undefined).id, 'starter/blanks');
  put({ ...model('z/one'), ...model('b/two') });
  assert.is(directory().choose('fill-mask', undefined).id, 'b/two');
  assert.is(directory().choose('fill-mask', 'z/one').id, 'z/one');
  assert.throws(
    () => directory().choose('fill-mask', '../../etc'),
    /there is no model '..\/..\/etc' for fill-mask/,
  );
});

test.run();
