import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryLimit, readableBytes } from '../../../base/kit/memory.ts';
import { type GgufValue, writeGguf } from '../starter/gguf.ts';
import { readGgufHeader } from './gguf-header.ts';
import { longestContext, memoryNeed } from './memory-need.ts';
import type { RouterModel } from './router.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-semble-gguf-'));
test.after(() => rmSync(folder, { recursive: true }));

const u32 = (value: number): GgufValue => ({ type: 'u32', value });

/** A file with the metadata given, and as long as a model of that many bytes; what is not written takes no disk. */
function model(
  name: string,
  metadata: Record<string, GgufValue>,
  bytes: number,
  ...flags: string[]
): RouterModel {
  const path = join(folder, name);
  writeFileSync(
    path,
    writeGguf({ 'general.architecture': { type: 'string', value: 'llama' }, ...metadata }, []),
  );
  truncateSync(path, bytes);
  return { id: name, aliases: [], status: { value: 'unloaded', args: ['--model', path, ...flags] } };
}

const gibibyte = 2 ** 30;
const defaults = { context: 8192, promptCacheBytes: 0 };

/** Llama 3 8B: 32 layers, 8 of 32 heads keep keys and values of 128 each. */
const llama8b = {
  'llama.block_count': u32(32),
  'llama.attention.head_count': u32(32),
  'llama.attention.head_count_kv': u32(8),
  'llama.embedding_length': u32(4096),
  'llama.feed_forward_length': u32(14_336),
  'llama.context_length': u32(131_072),
  'llama.vocab_size': u32(128_256),
};

test('keys and values of a token take what llama.cpp allots for them', () => {
  assert.is(memoryNeed(model('a.gguf', llama8b, gibibyte), defaults).perToken, 131_072);
  const quantised = model('b.gguf', llama8b, gibibyte, '--cache-type-k', 'q8_0', '--cache-type-v', 'q8_0');
  assert.is(memoryNeed(quantised, defaults).perToken, 69_632);
});

test('the context is the one that the preset asks for, or the default, or what the model was trained for', () => {
  assert.is(memoryNeed(model('c.gguf', llama8b, gibibyte, '--ctx-size', '32768'), defaults).context, 32_768);
  assert.is(memoryNeed(model('d.gguf', llama8b, gibibyte), defaults).context, 8192);
  assert.is(memoryNeed(model('e.gguf', llama8b, gibibyte, '--ctx-size', '0'), defaults).context, 131_072);
});

test('weights, prompt cache and context add up, and the longest context fits exactly', () => {
  const file = model('f.gguf', llama8b, 4 * gibibyte);
  const need = memoryNeed(file, { ...defaults, promptCacheBytes: gibibyte });
  assert.is(need.total, need.fixed + 8192 * 131_072);
  assert.ok(need.fixed > 5 * gibibyte && need.fixed < 5.5 * gibibyte);
  assert.is(longestContext(need, need.fixed + 1000 * 131_072 + 5), 1000);
  assert.is(longestContext(need, need.fixed - 1), 0);
});

test('a preset without a prompt cache needs none', () => {
  const without = memoryNeed(model('g.gguf', llama8b, gibibyte, '--cache-ram', '0'), {
    context: 0,
    promptCacheBytes: 99,
  });
  const withCache = memoryNeed(model('g.gguf', llama8b, gibibyte), { context: 0, promptCacheBytes: 99 });
  assert.is(withCache.fixed - without.fixed, 99);
});

test('all shards count, and layers that keep nothing do not', () => {
  const shard = (part: number) => `s-0000${part}-of-00003.gguf`;
  for (const part of [2, 3]) model(shard(part), {}, gibibyte);
  const first = model(
    shard(1),
    { ...llama8b, 'llama.attention.head_count_kv': { type: 'i32s', value: [8, 0, 8] } },
    gibibyte,
  );
  const need = memoryNeed(first, defaults);
  assert.is(need.perToken, 16 * 256 * 2);
  assert.ok(need.fixed > 3 * gibibyte);
});

test('compressed attention keeps one vector for all heads', () => {
  const file = model(
    'm.gguf',
    { ...llama8b, 'llama.attention.kv_lora_rank': u32(512), 'llama.rope.dimension_count': u32(64) },
    1000,
  );
  assert.is(memoryNeed(file, defaults).perToken, 32 * 576 * 2);
});

test('a file that is broken, cut short or hostile is an error, not a guess', () => {
  const cases: readonly [Buffer, RegExp][] = [
    [Buffer.from('GGU'), /ends within its header/],
    [Buffer.from('PK\x03\x04 and more'), /not a GGUF file/],
    [Buffer.from([0x47, 0x47, 0x55, 0x46, 9, 0, 0, 0]), /version 9/],
    [
      Buffer.concat([Buffer.from('GGUF\x03\0\0\0'), Buffer.alloc(8), Buffer.alloc(8, 0xff)]),
      /length of 18446744073709551615/,
    ],
    [
      writeGguf({ k: { type: 'string', value: 'x'.repeat(100) } }, []).subarray(0, 60),
      /ends within its header/,
    ],
  ];
  for (const [bytes, words] of cases) {
    const path = join(folder, 'broken.gguf');
    writeFileSync(path, bytes);
    assert.throws(() => readGgufHeader(path), words);
  }
});

test('counts that a file of holes makes good are refused before they are counted through', () => {
  const path = join(folder, 'holes.gguf');
  const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
  const array = 9;
  for (const itemType of [4, 8]) {
    const head = [
      Buffer.from('GGUF'),
      u32(3),
      u64(0),
      u64(1),
      u64(1),
      Buffer.from('k'),
      u32(array),
      u32(itemType),
    ];
    writeFileSync(path, Buffer.concat([...head, u64(2 ** 50)]));
    truncateSync(path, 2 ** 42);
    assert.throws(() => readGgufHeader(path), /header is longer than 67108864 bytes/);
  }
});

test('the header is read without what is long: texts by their number, numbers by their value', () => {
  const path = join(folder, 'h.gguf');
  const metadata: Record<string, GgufValue> = {
    tokens: { type: 'strings', value: ['a', 'bc', ''] },
    scores: { type: 'f32s', value: Array.from({ length: 5000 }, () => 1) },
    few: { type: 'i32s', value: [1, 2] },
    yes: { type: 'bool', value: true },
    name: { type: 'string', value: 'ü' },
  };
  writeFileSync(path, writeGguf(metadata, []));
  const { scalars, arrays, lengths } = readGgufHeader(path);
  assert.equal(
    [...scalars],
    [
      ['yes', true],
      ['name', 'ü'],
    ],
  );
  assert.equal([...arrays], [['few', [1, 2]]]);
  assert.equal(
    [...lengths],
    [
      ['tokens', 3],
      ['scores', 5000],
      ['few', 2],
    ],
  );
});

test('the limit is the cgroup’s, of either version, or the machine’s memory', () => {
  const files = (content: Record<string, string>) => (path: string) => {
    const text = content[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  const v2 = '/sys/fs/cgroup/memory.max';
  const v1 = '/sys/fs/cgroup/memory/memory.limit_in_bytes';
  assert.is(memoryLimit(files({ [v2]: '8589934592\n' }), 64 * gibibyte), 8 * gibibyte);
  assert.is(memoryLimit(files({ [v2]: 'max\n' }), 64 * gibibyte), 64 * gibibyte);
  assert.is(memoryLimit(files({ [v1]: '9223372036854771712' }), 64 * gibibyte), 64 * gibibyte);
  assert.is(memoryLimit(files({ [v1]: '1073741824' }), 64 * gibibyte), gibibyte);
  assert.is(memoryLimit(files({}), 64 * gibibyte), 64 * gibibyte);
});

test('bytes are readable', () => {
  assert.equal([0, 900, 5000, 3.5 * 2 ** 20, 7.26 * gibibyte, 200 * gibibyte].map(readableBytes), [
    '0 bytes',
    '900 bytes',
    '5 KiB',
    '4 MiB',
    '7.3 GiB',
    '200 GiB',
  ]);
});

test.run();
