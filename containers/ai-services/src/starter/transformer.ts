import type { Graph, Value } from './graph.ts';

/** Sizes of a transformer, as config.json names them. */
export interface Transformer {
  hidden: number;
  layers: number;
  heads: number;
  /** Width of the feed-forward part; four times `hidden` unless said otherwise. */
  inner?: number;
  seed?: number;
}

/** Gives out weights: normally distributed around 0, the same for the same seed. */
export type Weights = ReturnType<typeof randomWeights>;

const epsilon = 1e-12;

export function randomWeights(g: Graph, seed = 1, deviation = 0.08) {
  const random = mulberry32(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = (dims: readonly number[]) => {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    for (let at = 0; at < data.length; at++) data[at] = deviation * normal();
    return g.tensor(dims, data);
  };
  const linear = (x: Value, from: number, to: number) => g.add(g.matmul(x, draw([from, to])), draw([to]));
  const norm = (x: Value, size: number) =>
    g.op('LayerNormalization', [x, g.add(draw([size]), 1), draw([size])], { axis: -1, epsilon });
  return { draw, linear, norm };
}

/** [batch, sequence, hidden] → [batch, heads, sequence, width]. */
export function splitHeads(g: Graph, x: Value, { hidden, heads }: Transformer): Value {
  return g.transpose(g.reshape(x, 0, 0, heads, hidden / heads), 0, 2, 1, 3);
}

/** Softmax of the scores, times the values, heads side by side again. */
export function attend(g: Graph, scores: Value, values: Value, { hidden }: Transformer): Value {
  return g.reshape(g.transpose(g.matmul(g.softmax(scores), values), 0, 2, 1, 3), 0, 0, hidden);
}

/**
 * Multi-head attention of `x` over `memory`, which is `x` itself unless said otherwise. `bias` is added to the
 * scores: far below 0 for what must not be seen.
 */
export function attention(
  g: Graph,
  w: Weights,
  x: Value,
  size: Transformer,
  { memory = x, bias }: { memory?: Value; bias?: Value } = {},
): Value {
  const { hidden, heads } = size;
  const query = splitHeads(g, w.linear(x, hidden, hidden), size);
  const key = splitHeads(g, w.linear(memory, hidden, hidden), size);
  const value = splitHeads(g, w.linear(memory, hidden, hidden), size);
  const scores = g.mul(g.matmul(query, g.transpose(key, 0, 1, 3, 2)), 1 / Math.sqrt(hidden / heads));
  const attended = attend(g, bias === undefined ? scores : g.add(scores, bias), value, size);
  return w.linear(attended, hidden, hidden);
}

/** Two layers with GELU between, the exact one that BERT and ViT use. */
export function feedForward(
  g: Graph,
  w: Weights,
  x: Value,
  { hidden, inner = 4 * hidden }: Transformer,
): Value {
  return w.linear(g.op('Gelu', [w.linear(x, hidden, inner)]), inner, hidden);
}

/** BERT's block: the norm comes after each sum. https://arxiv.org/abs/1810.04805 */
export function postNormBlock(g: Graph, w: Weights, x: Value, size: Transformer, bias?: Value): Value {
  const attended = w.norm(
    g.add(x, attention(g, w, x, size, bias === undefined ? {} : { bias })),
    size.hidden,
  );
  return w.norm(g.add(attended, feedForward(g, w, attended, size)), size.hidden);
}

/** ViT's block: the norm comes before each part. https://arxiv.org/abs/2010.11929 */
export function preNormBlock(g: Graph, w: Weights, x: Value, size: Transformer): Value {
  const attended = g.add(x, attention(g, w, w.norm(x, size.hidden), size));
  return g.add(attended, feedForward(g, w, w.norm(attended, size.hidden), size));
}

/** A small generator of numbers in [0, 1) with a state of 32 bits, by Tommy Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
