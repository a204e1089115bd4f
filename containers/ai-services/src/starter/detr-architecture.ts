import { createGraph } from './graph.ts';
import { labels, modelFiles } from './model-folder.ts';
import { attention, feedForward, postNormBlock, randomWeights, type Transformer } from './transformer.ts';

export interface DetrOptions extends Transformer {
  labels: readonly string[];
  queries?: number;
  /** Side of the picture, in pixels; the backbone makes it 16 times smaller. */
  image?: number;
  id?: string;
}

/** DETR with random weights, its backbone two convolutions instead of a ResNet. https://arxiv.org/abs/2005.12872 */
export function detrFiles(options: DetrOptions): Map<string, Buffer> {
  const { hidden, layers, seed, queries = 6, image = 64, id = 'random/detr' } = options;
  const g = createGraph('detr');
  const w = randomWeights(g, seed, 0.15);
  const pixels = g.input('pixel_values', 'float', ['batch', 3, image, image]);
  const strided = { strides: [4, 4], kernel_shape: [4, 4] };
  const coarse = g.op('Relu', [g.op('Conv', [pixels, w.draw([16, 3, 4, 4]), w.draw([16])], strided)]);
  const features = g.op('Conv', [coarse, w.draw([hidden, 16, 4, 4]), w.draw([hidden])], strided);
  const flat = g.transpose(g.reshape(features, 0, 0, -1), 0, 2, 1);
  let memory = g.add(flat, w.draw([1, (image / 16) ** 2, hidden]));
  for (let layer = 0; layer < layers; layer++) memory = postNormBlock(g, w, memory, options);

  // Every picture is asked the same learned questions.
  let x = g.add(g.mul(g.mean(memory, [1]), 0), w.draw([1, queries, hidden]));
  for (let layer = 0; layer < layers; layer++) {
    x = w.norm(g.add(x, attention(g, w, x, options)), hidden);
    x = w.norm(g.add(x, attention(g, w, x, options, { memory })), hidden);
    x = w.norm(g.add(x, feedForward(g, w, x, options)), hidden);
  }
  const classes = options.labels.length + 1;
  g.output('logits', w.linear(x, hidden, classes), 'float', ['batch', queries, classes]);
  const inner = g.op('Relu', [w.linear(x, hidden, hidden)]);
  const boxes = g.op('Sigmoid', [w.linear(inner, hidden, 4)]);
  g.output('pred_boxes', boxes, 'float', ['batch', queries, 4]);
  return new Map(
    modelFiles({
      id,
      tasks: ['object-detection'],
      config: {
        architectures: ['DetrForObjectDetection'],
        model_type: 'detr',
        d_model: hidden,
        num_queries: queries,
        ...labels(options.labels),
      },
      onnx: { model: g.bytes() },
      preprocessor: {
        image_processor_type: 'DetrImageProcessor',
        do_resize: true,
        size: { height: image, width: image },
        resample: 2,
        do_rescale: true,
        do_normalize: true,
        image_mean: [0.485, 0.456, 0.406],
        image_std: [0.229, 0.224, 0.225],
      },
    }),
  );
}
