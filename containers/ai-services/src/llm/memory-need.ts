import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheBytesPerToken, stateBytesPerSequence } from './cache-size.ts';
import { type GgufHeader, numberOf, readGgufHeader } from './gguf-header.ts';
import { misconfigured } from './residency-errors.ts';
import { argumentOf, type RouterModel } from './router.ts';

/** What a model takes of memory once it is loaded, in bytes. */
export interface MemoryNeed {
  total: number;
  /** Tokens of context that `total` counts with. */
  context: number;
  perToken: number;
  /** Everything that does not grow with the context. */
  fixed: number;
  /** The part of `fixed` that lies in the container's memory even where a GPU computes. */
  aside: number;
  layers: number;
}

export interface NeedDefaults {
  /** Tokens of context of a model whose preset names none. */
  context: number;
  promptCacheBytes: number;
}

/** A process of llama-server before it has loaded anything, and what allocators round up. */
const processBytes = 64 * 2 ** 20;
/** Tokens of llama-server's physical batch, `--ubatch-size`, unless a preset says otherwise. */
const defaultBatch = 512;

/** Slots of llama-server's own choice, `--parallel`: each may be a sequence with a state of its own. */
const defaultSequences = 4;

/** Weights, caches and compute buffers of a model, and of its draft model, as its preset would load them. */
export function memoryNeed(model: RouterModel, defaults: NeedDefaults): MemoryNeed {
  const path = argumentOf(model, '--model');
  if (path === undefined) throw new Error(`model '${model.id}' names no file`);
  const header = readGgufHeader(path);
  const asked = setting(model, '--ctx-size', defaults.context);
  const context = asked === 0 ? (numberOf(header, 'context_length') ?? defaults.context) : asked;
  const batch = setting(model, '--ubatch-size', defaultBatch);
  // The engine takes -1 for its own choice.
  const sequences =
    argumentOf(model, '--parallel') === '-1'
      ? defaultSequences
      : setting(model, '--parallel', defaultSequences);
  const projector = argumentOf(model, '--mmproj');
  const draft = argumentOf(model, '--model-draft');
  const parts = [partNeed(path, header, model, '', batch, sequences)];
  if (draft !== undefined)
    parts.push(partNeed(draft, readGgufHeader(draft), model, '-draft', batch, sequences));
  const perToken = sum(parts.map((part) => part.perToken));
  const aside = setting(model, '--cache-ram', defaults.promptCacheBytes / 2 ** 20) * 2 ** 20 + processBytes;
  const fixed =
    aside + sum(parts.map((part) => part.fixed)) + (projector === undefined ? 0 : statSync(projector).size);
  const total = Math.ceil(fixed + perToken * context);
  // A number that compares with nothing would let everything in, beside it too.
  if (!(total > 0 && Number.isFinite(total))) throw new Error(`by its header it would need ${total} bytes`);
  return { fixed, aside, perToken, context, total, layers: numberOf(header, 'block_count') ?? 0 };
}

/** What one file takes; the flags of a draft model's cache end in `-draft`. Its context is the model's own. */
function partNeed(
  path: string,
  header: GgufHeader,
  model: RouterModel,
  suffix: string,
  batch: number,
  sequences: number,
) {
  const types = [
    argumentOf(model, `--cache-type-k${suffix}`),
    argumentOf(model, `--cache-type-v${suffix}`),
  ] as const;
  return {
    fixed: weightBytes(path) + computeBytes(header, batch) + sequences * stateBytesPerSequence(header),
    perToken: cacheBytesPerToken(header, types),
  };
}

/** A size that a preset sets. What the engine takes for "without limit", or would stumble over, cannot be reckoned with. */
function setting(model: RouterModel, flag: string, fallback: number): number {
  const text = argumentOf(model, flag);
  if (text === undefined) return fallback;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw misconfigured(model.id, flag.slice(2), text);
}

/** Reading a header takes milliseconds, and they are asked for often. */
export function rememberedNeeds(defaults: NeedDefaults): (model: RouterModel) => MemoryNeed {
  const needs = new Map<string, { key: string; need: MemoryNeed }>();
  return (model) => {
    const remembered = needs.get(model.id);
    const [file, ...others] = ['--model', '--model-draft', '--mmproj'].map((flag) =>
      statSync(argumentOf(model, flag) ?? '', { throwIfNoEntry: false }),
    );
    // Its file was removed, but it may be in memory still.
    if (file === undefined && remembered && model.status.value !== 'unloaded') return remembered.need;
    const stamps = [file, ...others].map((each) => each && [each.mtimeMs, each.size]);
    const key = JSON.stringify([stamps, model.status.preset]);
    if (remembered?.key === key) return remembered.need;
    const need = memoryNeed(model, defaults);
    needs.set(model.id, { key, need });
    return need;
  };
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

/** Activations of one physical batch: logits, and the widest layer. */
function computeBytes(header: GgufHeader, batch: number): number {
  const vocabulary = header.lengths.get('tokenizer.ggml.tokens') ?? numberOf(header, 'vocab_size') ?? 0;
  const width = numberOf(header, 'embedding_length') ?? 0;
  const feedForward = numberOf(header, 'feed_forward_length') ?? 4 * width;
  return batch * 4 * (vocabulary + 3 * feedForward + 8 * width);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
