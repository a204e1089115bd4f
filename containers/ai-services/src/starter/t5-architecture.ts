import { createGraph, type Graph, type Value } from './graph.ts';
import { modelFiles } from './model-folder.ts';
import { special, starterTokenizer } from './tokenizer-files.ts';
import { attend, randomWeights, splitHeads, type Transformer, type Weights } from './transformer.ts';

const buckets = 32;
const farthest = 128;
const never = -1e9;

/**
 * T5 with random weights (https://arxiv.org/abs/1910.10683): relative positions, RMS norm, no biases, and a decoder
 * that keeps the keys and values of what it has read. It computes those of the encoder when its past is empty, and
 * takes them from the past after that, which is what the two branches of an exported "merged" decoder are for.
 */
export function t5Files(size: Transformer & { id?: string }): Map<string, Buffer> {
  const { hidden, heads, layers, seed, id = 'random/t5' } = size;
  const tokenizer = starterTokenizer({ frame: 'generate', className: 'T5Tokenizer' });
  const vocabulary = tokenizer.tokens.length;
  const generation = {
    decoder_start_token_id: special.pad,
    eos_token_id: special.end,
    pad_token_id: special.pad,
  };
  return new Map(
    modelFiles({
      id,
      tasks: ['text2text-generation'],
      config: {
        architectures: ['T5ForConditionalGeneration'],
        model_type: 't5',
        is_encoder_decoder: true,
        vocab_size: vocabulary,
        d_model: hidden,
        d_kv: hidden / heads,
        num_heads: heads,
        num_layers: layers,
        num_decoder_layers: layers,
        ...generation,
      },
      onnx: {
        encoder_model: encoder(size, vocabulary, seed ?? 1),
        decoder_model_merged: decoder(size, vocabulary, (seed ?? 1) + 1),
      },
      tokenizer: tokenizer.files,
      generation,
    }),
  );
}

function encoder(size: Transformer, vocabulary: number, seed: number): Buffer {
  const g = createGraph('t5-encoder');
  const w = randomWeights(g, seed, 0.2);
  const dims = ['batch_size', 'encoder_sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  const mask = g.cast(g.input('attention_mask', 'int64', dims), 'float');
  const length = g.gather(g.shape(ids), 1n);
  const unseen = g.unsqueeze(g.mul(g.sub(1, mask), never), 1, 2);
  const bias = g.add(
    relativeBias(g, w, size, positions(g, 0n, length), positions(g, 0n, length), true),
    unseen,
  );
  let x = g.gather(w.draw([vocabulary, size.hidden]), ids);
  for (let layer = 0; layer < size.layers; layer++) {
    const { query, key, value } = projections(g, w, rmsNorm(g, w, x, size), size);
    x = g.add(x, mix(g, w, query(), key(), value(), bias, size));
    x = g.add(x, reluFeedForward(g, w, rmsNorm(g, w, x, size), size));
  }
  g.output('last_hidden_state', rmsNorm(g, w, x, size), 'float', [...dims, size.hidden]);
  return g.bytes();
}

function decoder(size: Transformer, vocabulary: number, seed: number): Buffer {
  const g = createGraph('t5-decoder');
  const w = randomWeights(g, seed, 0.2);
  const { hidden, heads } = size;
  const ids = g.input('input_ids', 'int64', ['batch_size', 'decoder_sequence_length']);
  const states = g.input('encoder_hidden_states', 'float', ['batch_size', 'encoder_sequence_length', hidden]);
  const maskDims = ['batch_size', 'encoder_sequence_length'];
  const mask = g.cast(g.input('encoder_attention_mask', 'int64', maskDims), 'float');
  const unseen = g.unsqueeze(g.mul(g.sub(1, mask), never), 1, 2);
  const past = (layer: number, part: string) =>
    g.input(`past_key_values.${layer}.${part}`, 'float', [
      'batch_size',
      heads,
      `past_${part.split('.')[0]}_sequence_length`,
      hidden / heads,
    ]);
  const keep = (layer: number, part: string, x: Value) =>
    g.output(`present.${layer}.${part}`, x, 'float', ['batch_size', heads, `${part}_length`, hidden / heads]);

  const embedding = w.draw([vocabulary, hidden]);
  let x = g.gather(embedding, ids);
  let bias: Value | undefined;
  for (let layer = 0; layer < size.layers; layer++) {
    const before = past(layer, 'decoder.key');
    const own = projections(g, w, rmsNorm(g, w, x, size), size);
    const key = g.concat([before, own.key()], 2);
    const value = g.concat([past(layer, 'decoder.value'), own.value()], 2);
    bias ??= causalBias(g, w, size, g.gather(g.shape(before), 2n), g.gather(g.shape(key), 2n));
    x = g.add(x, mix(g, w, own.query(), key, value, bias, size));
    keep(layer, 'decoder.key', key);
    keep(layer, 'decoder.value', value);

    const known = past(layer, 'encoder.key');
    const fresh = projections(g, w, unlessKnown(g, states, known), size);
    const memoryKey = g.concat([known, fresh.key()], 2);
    const memoryValue = g.concat([past(layer, 'encoder.value'), fresh.value()], 2);
    const { query } = projections(g, w, rmsNorm(g, w, x, size), size);
    x = g.add(x, mix(g, w, query(), memoryKey, memoryValue, unseen, size));
    keep(layer, 'encoder.key', memoryKey);
    keep(layer, 'encoder.value', memoryValue);
    x = g.add(x, reluFeedForward(g, w, rmsNorm(g, w, x, size), size));
  }
  const scaled = g.mul(rmsNorm(g, w, x, size), hidden ** -0.5);
  const logits = g.matmul(scaled, g.transpose(embedding, 1, 0));
  g.output('logits', logits, 'float', ['batch_size', 'decoder_sequence_length', vocabulary]);
  return g.bytes();
}

/** The encoder's states while the past has nothing of them yet, and none of them after that. */
function unlessKnown(g: Graph, states: Value, known: Value): Value {
  const none = g.cast(g.equal(g.gather(g.shape(known), 2n), 0n), 'int64');
  const length = g.mul(g.gather(g.shape(states), 1n), none);
  return g.op('Slice', [states, g.ints(0), g.unsqueeze(length, 0), g.ints(1)]);
}

function projections(g: Graph, w: Weights, x: Value, size: Transformer) {
  const project = () => splitHeads(g, g.matmul(x, w.draw([size.hidden, size.hidden])), size);
  return { query: project, key: project, value: project };
}

/** Attention as T5 does it: the scores are not scaled. */
function mix(
  g: Graph,
  w: Weights,
  query: Value,
  key: Value,
  value: Value,
  bias: Value,
  size: Transformer,
): Value {
  const scores = g.add(g.matmul(query, g.transpose(key, 0, 1, 3, 2)), bias);
  return g.matmul(attend(g, scores, value, size), w.draw([size.hidden, size.hidden]));
}

function reluFeedForward(g: Graph, w: Weights, x: Value, { hidden, inner = 4 * hidden }: Transformer): Value {
  return g.matmul(g.op('Relu', [g.matmul(x, w.draw([hidden, inner]))]), w.draw([inner, hidden]));
}

function rmsNorm(g: Graph, w: Weights, x: Value, { hidden }: Transformer): Value {
  const size = g.sqrt(g.add(g.mean(g.mul(x, x), [2]), 1e-6));
  return g.mul(g.div(x, size), g.add(w.draw([hidden]), 1));
}

function positions(g: Graph, from: Value | bigint, to: Value): Value {
  return g.op('Range', [from, to, 1n]);
}

/** The decoder's own positions follow those of its past, and see none after themselves. */
function causalBias(g: Graph, w: Weights, size: Transformer, from: Value, to: Value): Value {
  const queries = positions(g, from, to);
  const keys = positions(g, 0n, to);
  const later = g.greater(g.unsqueeze(keys, 0), g.unsqueeze(queries, 1));
  return g.add(relativeBias(g, w, size, queries, keys, false), g.mul(later, never));
}

/** [1, heads, queries, keys]: a learned number for how far apart two places are. */
function relativeBias(
  g: Graph,
  w: Weights,
  size: Transformer,
  queries: Value,
  keys: Value,
  both: boolean,
): Value {
  const distance = g.sub(g.unsqueeze(keys, 0), g.unsqueeze(queries, 1));
  const near = g.max(g.min(distance, BigInt(farthest)), BigInt(-farthest));
  const table = Array.from({ length: 2 * farthest + 1 }, (_, at) => bucket(at - farthest, both));
  const chosen = g.gather(g.ints(...table), g.add(near, BigInt(farthest)));
  return g.unsqueeze(g.transpose(g.gather(w.draw([buckets, size.heads]), chosen), 2, 0, 1), 0);
}

/** Near places have a bucket each; farther ones share them, in steps that grow with the logarithm. */
function bucket(distance: number, both: boolean): number {
  const count = both ? buckets / 2 : buckets;
  const start = both && distance > 0 ? count : 0;
  const apart = both ? Math.abs(distance) : Math.max(-distance, 0);
  const exact = count / 2;
  if (apart < exact) return start + apart;
  const grown = exact + Math.floor((Math.log(apart / exact) / Math.log(farthest / exact)) * (count - exact));
  return start + Math.min(grown, count - 1);
}
