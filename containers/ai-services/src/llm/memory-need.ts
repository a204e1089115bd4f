import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type GgufHeader, readGgufHeader } from './gguf-header.ts';
import { argumentOf, type RouterModel } from './router.ts';

/** What a model takes of memory once it is loaded, in bytes. */
export interface MemoryNeed {
  total: number;
  /** Tokens of context that `total` counts with. */
  context: number;
  perToken: number;
  /** Everything that does not grow with the context. */
  fixed: number;
}

export interface NeedDefaults {
  /** Tokens of context of a model whose preset names none. */
  context: number;
  promptCacheBytes: number;
}

/** Bytes of one element of the KV cache by llama.cpp's `--cache-type-k` and `-v`. */
const cacheTypes: Readonly<Record<string, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32,
};

/** A process of llama-server before it has loaded anything, and what allocators round up. */
const processBytes = 64 * 2 ** 20;
/** Tokens of llama-server's physical batch, `--ubatch-size`, unless a preset says otherwise. */
const defaultBatch = 512;

/** Weights, KV cache, prompt cache and compute buffers of a model as its preset would load it. */
export function memoryNeed(model: RouterModel, defaults: NeedDefaults): MemoryNeed {
  const path = argumentOf(model, '--model');
  if (path === undefined) throw new Error(`model '${model.id}' names no file`);
  const header = readGgufHeader(path);
  const asked = Number(argumentOf(model, '--ctx-size') ?? defaults.context);
  const context = asked === 0 ? (numberOf(header, 'context_length') ?? defaults.context) : asked;
  const perToken = cacheBytesPerToken(header, [
    argumentOf(model, '--cache-type-k'),
    argumentOf(model, '--cache-type-v'),
  ]);
  const projector = argumentOf(model, '--mmproj');
  const promptCache = Number(argumentOf(model, '--cache-ram') ?? Number.NaN) * 2 ** 20;
  const fixed =
    weightBytes(path) +
    (projector === undefined ? 0 : statSync(projector).size) +
    computeBytes(header, Number(argumentOf(model, '--ubatch-size') ?? defaultBatch)) +
    (promptCache >= 0 ? promptCache : defaults.promptCacheBytes) +
    processBytes;
  return { fixed, perToken, context, total: Math.ceil(fixed + perToken * context) };
}

/** Reading a header takes milliseconds, and they are asked for often. */
export function rememberedNeeds(defaults: NeedDefaults): (model: RouterModel) => MemoryNeed {
  const needs = new Map<string, { key: string; need: MemoryNeed }>();
  return (model) => {
    const remembered = needs.get(model.id);
    const file = statSync(argumentOf(model, '--model') ?? '', { throwIfNoEntry: false });
    // Its file was removed, but it may be in memory still.
    if (file === undefined && remembered && model.status.value !== 'unloaded') return remembered.need;
    const key = JSON.stringify([file?.mtimeMs, file?.size, model.status.preset]);
    if (remembered?.key === key) return remembered.need;
    const need = memoryNeed(model, defaults);
    needs.set(model.id, { key, need });
    return need;
  };
}

/** The longest context that fits, in whole hundreds of tokens; 0 where none does. */
export function longestContext(need: MemoryNeed, budget: number): number {
  return Math.max(0, Math.floor((budget - need.fixed) / Math.max(need.perToken, 1) / 100) * 100);
}

/** A model's file, or all shards of `name-00001-of-00003.gguf`. */
function weightBytes(path: string): number {
  const shard = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(basename(path));
  if (shard === null) return statSync(path).size;
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${shard[1]}-`) && name.endsWith(`-of-${shard[2]}.gguf`))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/**
 * Keys and values of every layer for one token. Models whose attention looks only at a window, or that keep a
 * state instead, take less: the estimate errs on the safe side.
 */
function cacheBytesPerToken(
  header: GgufHeader,
  types: readonly [string | undefined, string | undefined],
): number {
  const layers = numberOf(header, 'block_count') ?? 0;
  const heads =
    numberOf(header, 'attention.head_count') ??
    Math.max(1, ...(arrayOf(header, 'attention.head_count') ?? []));
  const [keyType, valueType] = types.map((type) => cacheTypes[type ?? 'f16'] ?? 2) as [number, number];
  const latent = numberOf(header, 'attention.kv_lora_rank');
  if (latent !== undefined) {
    // Multi-head latent attention keeps one compressed vector and the rotated part of the key.
    return layers * (latent + (numberOf(header, 'rope.dimension_count') ?? 64)) * keyType;
  }
  const headSize = (numberOf(header, 'embedding_length') ?? 0) / heads;
  const keys = numberOf(header, 'attention.key_length') ?? headSize;
  const values = numberOf(header, 'attention.value_length') ?? headSize;
  const perLayer = arrayOf(header, 'attention.head_count_kv');
  const cacheHeads = perLayer
    ? perLayer.reduce((sum, count) => sum + count, 0)
    : layers * (numberOf(header, 'attention.head_count_kv') ?? heads);
  return cacheHeads * (keys * keyType + values * valueType);
}

/** Activations of one physical batch: logits, and the widest layer. */
function computeBytes(header: GgufHeader, batch: number): number {
  const vocabulary = header.lengths.get('tokenizer.ggml.tokens') ?? numberOf(header, 'vocab_size') ?? 0;
  const width = numberOf(header, 'embedding_length') ?? 0;
  const feedForward = numberOf(header, 'feed_forward_length') ?? 4 * width;
  return batch * 4 * (vocabulary + 3 * feedForward + 8 * width);
}

function numberOf(header: GgufHeader, key: string): number | undefined {
  const value = header.scalars.get(`${header.scalars.get('general.architecture')}.${key}`);
  return typeof value === 'number' ? value : undefined;
}

function arrayOf(header: GgufHeader, key: string): readonly number[] | undefined {
  return header.arrays.get(`${header.scalars.get('general.architecture')}.${key}`);
}
