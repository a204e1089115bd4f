import { createGraph, type Graph, type Value } from './graph.ts';
import { labels, type ModelFolder, modelFiles } from './model-folder.ts';
import { textInputs } from './text-graph.ts';
import { starterTokenizer } from './tokenizer-files.ts';
import { postNormBlock, preNormBlock, randomWeights, type Transformer, type Weights } from './transformer.ts';

/**
 * Models of real architectures whose weights are random: their answers mean nothing, but computing them is the
 * work a real model is, so tests and benchmarks can tell whether it is done right and how fast. Not installed.
 */

export interface BertOptions extends Transformer {
  /** What the model is for; without labels it gives the hidden states. */
  labels?: readonly string[];
  positions?: number;
  id?: string;
}

/** BERT, for text classification or feature extraction. https://arxiv.org/abs/1810.04805 */
export function bertFiles(options: BertOptions): Map<string, Buffer> {
  const { hidden, layers, heads, seed, positions = 512, id = 'random/bert' } = options;
  const tokenizer = starterTokenizer({ lowercase: true, maxLength: positions });
  const vocabulary = tokenizer.tokens.length;
  const g = createGraph('bert');
  const w = randomWeights(g, seed);
  const { ids, mask, types } = textInputs(g);
  const length = g.gather(g.shape(ids), 1n);
  const places = g.op('Range', [0n, length, 1n]);
  const embedded = g.add(
    g.add(g.gather(w.draw([vocabulary, hidden]), ids), g.gather(w.draw([positions, hidden]), places)),
    g.gather(w.draw([2, hidden]), g.cast(types, 'int64')),
  );
  const bias = g.unsqueeze(g.mul(g.sub(1, mask), -10_000), 1, 2);
  let states = w.norm(embedded, hidden);
  for (let layer = 0; layer < layers; layer++) states = postNormBlock(g, w, states, options, bias);

  if (options.labels) {
    const pooled = g.op('Tanh', [w.linear(first(g, states), hidden, hidden)]);
    const count = options.labels.length;
    g.output('logits', w.linear(pooled, hidden, count), 'float', ['batch', count]);
  } else {
    g.output('last_hidden_state', states, 'float', ['batch', 'sequence', hidden]);
  }
  return files({
    id,
    tasks: [options.labels ? 'text-classification' : 'feature-extraction'],
    config: {
      architectures: [options.labels ? 'BertForSequenceClassification' : 'BertModel'],
      model_type: 'bert',
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: options.inner ?? 4 * hidden,
      max_position_embeddings: positions,
      vocab_size: vocabulary,
      ...(options.labels && labels(options.labels)),
    },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  });
}

export interface VitOptions extends Transformer {
  labels: readonly string[];
  /** Sides of the picture and of a patch, in pixels. */
  image?: number;
  patch?: number;
  id?: string;
}

/** ViT, for image classification. https://arxiv.org/abs/2010.11929 */
export function vitFiles(options: VitOptions): Map<string, Buffer> {
  const { hidden, layers, heads, seed, image = 32, patch = 8, id = 'random/vit' } = options;
  const g = createGraph('vit');
  const w = randomWeights(g, seed);
  const pixels = g.input('pixel_values', 'float', ['batch', 3, image, image]);
  let states = embedPatches(g, w, pixels, { hidden, image, patch });
  for (let layer = 0; layer < layers; layer++) states = preNormBlock(g, w, states, options);
  const count = options.labels.length;
  const logits = w.linear(first(g, w.norm(states, hidden)), hidden, count);
  g.output('logits', logits, 'float', ['batch', count]);
  return files({
    id,
    tasks: ['image-classification'],
    config: {
      architectures: ['ViTForImageClassification'],
      model_type: 'vit',
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: options.inner ?? 4 * hidden,
      image_size: image,
      patch_size: patch,
      ...labels(options.labels),
    },
    onnx: { model: g.bytes() },
    preprocessor: {
      image_processor_type: 'ViTImageProcessor',
      do_resize: true,
      size: { height: image, width: image },
      resample: 2,
      do_rescale: true,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    },
  });
}

/** [batch, 1 + patches, hidden]: the [CLS] vector and each patch of the picture, with their positions. */
function embedPatches(
  g: Graph,
  w: Weights,
  pixels: Value,
  { hidden, image, patch }: { hidden: number; image: number; patch: number },
): Value {
  const count = (image / patch) ** 2;
  const filters = [pixels, w.draw([hidden, 3, patch, patch]), w.draw([hidden])];
  const grid = g.op('Conv', filters, { strides: [patch, patch], kernel_shape: [patch, patch] });
  const patches = g.transpose(g.reshape(grid, 0, 0, -1), 0, 2, 1);
  const cls = g.add(g.mul(g.slice(patches, 1, 0, 1), 0), w.draw([1, 1, hidden]));
  return g.add(g.concat([cls, patches], 1), w.draw([1, count + 1, hidden]));
}

/** The states at the first place, which is [CLS]. */
function first(g: Graph, states: Value): Value {
  return g.gather(states, 0n, 1);
}

function files(model: ModelFolder): Map<string, Buffer> {
  return new Map(modelFiles(model));
}
