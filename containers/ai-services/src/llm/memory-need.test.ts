import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import { memoryLimit, readableBytes } from '../../../base/kit/memory.ts';
import { type GgufValue, writeGguf } from '../starter/gguf.ts';
import { memoryNeed } from './memory-need.ts';
import { longestContext } from './memory-pools.ts';
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

/** Mamba 2.8B: no attention, 64 layers with a state of 16 for each of 5120 channels. */
const mamba = {
  'mamba.block_count': u32(64),
  'mamba.attention.head_count': u32(0),
  'mamba.embedding_length': u32(2560),
  'mamba.feed_forward_length': u32(0),
  'mamba.context_length': u32(1_048_576),
  'mamba.vocab_size': u32(50_280),
  'mamba.ssm.conv_kernel': u32(4),
  'mamba.ssm.inner_size': u32(5120),
  'mamba.ssm.state_size': u32(16),
};
const architecture = (value: string) => ({ 'general.architecture': { type: 'string' as const, value } });

test('a model that keeps a state takes the same whatever its context, and more for each sequence', () => {
  const of = (...flags: string[]) =>
    memoryNeed(model('ssm.gguf', { ...mamba, ...architecture('mamba') }, gibibyte, ...flags), defaults);
  const need = of();
  assert.ok(need.total > gibibyte && need.total < 1.5 * gibibyte);
  assert.equal([need.perToken, of('--ctx-size', '1048576').total], [0, need.total]);
  // llama.cpp's RS buffer: 3 inputs of the convolution and 16 of state, each 5120 wide, in 64 layers.
  assert.is(of('--parallel', '2').fixed - of('--parallel', '1').fixed, 64 * 4 * (3 * 5120 + 16 * 5120));
  assert.is(of('--parallel', '-1').fixed, need.fixed);
});

test('a hybrid keeps a state in some layers and keys in the others, by whichever way its header says so', () => {
  const hybrid = (name: string, keys: Record<string, GgufValue>, ...flags: string[]) => {
    const common = {
      block_count: u32(8),
      'attention.head_count': u32(16),
      'attention.key_length': u32(64),
      'attention.value_length': u32(64),
      embedding_length: u32(1024),
      'ssm.conv_kernel': u32(4),
      'ssm.inner_size': u32(2048),
      'ssm.state_size': u32(128),
      'ssm.group_count': u32(8),
    };
    const named = Object.entries({ ...common, ...keys }).map(([key, value]) => [`h.${key}`, value]);
    return memoryNeed(
      model(name, { ...Object.fromEntries(named), ...architecture('h') }, gibibyte, ...flags),
      defaults,
    );
  };
  const state = 4 * (3 * (2048 + 2 * 8 * 128) + 128 * 2048);
  const cases: readonly [Record<string, GgufValue>, attention: number, states: number][] = [
    [{ 'attention.head_count_kv': { type: 'i32s', value: [0, 0, 0, 4, 0, 0, 0, 4] } }, 2, 6],
    [{ 'attention.head_count_kv': u32(4), full_attention_interval: u32(4) }, 2, 6],
    // Both in every layer.
    [{ 'attention.head_count_kv': u32(4) }, 8, 8],
  ];
  for (const [keys, attention, states] of cases) {
    const one = hybrid('h.gguf', keys, '--parallel', '1');
    assert.is(one.perToken, attention * 4 * (64 + 64) * 2);
    assert.is(hybrid('h.gguf', keys, '--parallel', '2').fixed - one.fixed, states * state);
  }
});

test('a draft model counts with its weights and a cache of the same length', () => {
  const small = { ...llama8b, 'llama.block_count': u32(2) };
  const draft = model('draft.gguf', small, gibibyte).status.args[1] ?? '';
  const alone = memoryNeed(model('n.gguf', llama8b, gibibyte), defaults);
  const both = memoryNeed(
    model('n.gguf', llama8b, gibibyte, '--model-draft', draft, '--cache-type-k-draft', 'f32'),
    defaults,
  );
  assert.is(both.perToken - alone.perToken, 2 * 8 * 128 * (4 + 2));
  assert.ok(both.fixed - alone.fixed > gibibyte);
});

test('a setting without a bound, or without a meaning, is refused by its name', () => {
  for (const [key, value] of [
    ['cache-ram', '-1'],
    ['ctx-size', '-5'],
    ['ctx-size', 'much'],
    ['ubatch-size', '1e999'],
    ['parallel', '-2'],
  ] as const) {
    assert.throws(
      () => memoryNeed(model('o.gguf', llama8b, gibibyte, `--${key}`, value), defaults),
      (error: unknown) =>
        error instanceof ApiError &&
        error.code === 'model_misconfigured' &&
        error.message.startsWith(
          `presets.ini sets '${key} = ${value}' for model 'o.gguf': it must be a number`,
        ),
    );
  }
});

test('numbers that no model has are an error: nothing is ever measured against them', () => {
  const hostile: readonly Record<string, GgufValue>[] = [
    { 'llama.embedding_length': { type: 'f32', value: Number.NaN } },
    { 'llama.block_count': { type: 'f32', value: Number.POSITIVE_INFINITY } },
    { 'llama.attention.head_count_kv': { type: 'f32s', value: [8, -8] } },
  ];
  for (const keys of hostile) {
    assert.throws(
      () => memoryNeed(model('p.gguf', { ...llama8b, ...keys }, gibibyte), defaults),
      /the header gives/,
    );
  }
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
