import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { starterOnnxModels } from './onnx-models.ts';

const files = starterOnnxModels();

const tasks: Readonly<Record<string, readonly string[]>> = {
  sentiment: ['text-classification'],
  topics: ['zero-shot-classification'],
  entities: ['token-classification'],
  answers: ['question-answering'],
  blanks: ['fill-mask'],
  embeddings: ['feature-extraction', 'sentence-similarity'],
  ranking: ['text-ranking'],
  translation: ['translation'],
  summary: ['summarization'],
  colors: ['image-classification'],
  'color-words': ['zero-shot-image-classification'],
  'bright-regions': ['object-detection'],
  'color-regions': ['image-segmentation'],
  'brightness-depth': ['depth-estimation'],
  captions: ['image-to-text'],
  'color-features': ['image-feature-extraction'],
};

test('every task has its starter, and every starter says what it is for', () => {
  const stated = [...files].flatMap(([path, bytes]) => {
    const name = /^onnx\/starter\/(.+)\/ai-semble\.json$/.exec(path)?.[1];
    return name === undefined ? [] : [[name, JSON.parse(bytes.toString()).tasks]];
  });
  assert.equal(Object.fromEntries(stated), tasks);
});

test('every starter names its architecture, as the models it stands for do', () => {
  const named = [...files].filter(([path]) => path.endsWith('/config.json'));
  assert.is(named.length, Object.keys(tasks).length);
  for (const [path, bytes] of named) {
    const config = JSON.parse(bytes.toString());
    assert.is(config.architectures.length, 1, path);
    assert.type(config.model_type, 'string', path);
  }
});

test('the starter models are the same bytes on every machine', () => {
  const hash = createHash('sha256');
  let total = 0;
  for (const [path, bytes] of files) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    total += bytes.length;
  }
  assert.equal(
    { files: files.size, total, sha256: hash.digest('hex') },
    { files: 83, total: 677487, sha256: '51efffa2c9f4f2e5921032e9f522540e7ccc12a092c7c5a516c825cc25c2224a' },
  );
});

test.run();
