import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeGguf } from './gguf.ts';
import { sentence, starterLanguageModel } from './language-model.ts';

test('a GGUF file is laid out as its specification says', () => {
  const bytes = writeGguf({ k: { type: 'u32', value: 7 } }, [
    { name: 't', shape: [2], data: new Float32Array([1, 2]) },
    { name: 'h', shape: [2, 1], data: new Uint16Array([0x3c00, 0]) },
  ]);
  assert.is(bytes.toString('latin1', 0, 4), 'GGUF');
  assert.is(bytes.readUInt32LE(4), 3);
  assert.is(bytes.readBigUInt64LE(8), 2n);
  assert.is(bytes.readBigUInt64LE(16), 1n);
  assert.is(bytes.readBigUInt64LE(24), 1n);
  assert.is(bytes.toString('latin1', 32, 33), 'k');
  assert.equal([bytes.readUInt32LE(33), bytes.readUInt32LE(37)], [4, 7]);
  // Two tensors of at most 32 bytes, each padded to the alignment, end the file.
  assert.is(bytes.length % 32, 0);
  assert.is(bytes.readFloatLE(bytes.length - 64), 1);
  assert.is(bytes.readUInt16LE(bytes.length - 32), 0x3c00);
});

test('the starter model is the same bytes on every machine', () => {
  const model = starterLanguageModel();
  assert.is(model.length, 895_488);
  assert.is(
    createHash('sha256').update(model).digest('hex'),
    '517efff7ec675cf9e72fe350bab0342255369e96372fd10a978d03ebdc840f0f',
  );
});

test('the sentence says each word once: the model knows only the word before', () => {
  const words = sentence.match(/[\w-]+/g) ?? [];
  assert.is(new Set(words).size, words.length);
});

test.run();
