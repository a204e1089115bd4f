import { colorNames, imageInput, pixelColors, preprocessor } from './color-graph.ts';
import { createGraph, type Graph, type Value } from './graph.ts';
import { labels, type ModelFolder } from './model-folder.ts';

const dull = ['black', 'white', 'gray', 'brown'];
const bright = colorNames.filter((name) => !dull.includes(name));
/** Smaller specks are no objects: 1/1024 of the picture. */
const smallest = 1 / 1024;

/** One object query per bright colour: the box around all pixels that have it. */
export function brightRegionsModel(): ModelFolder {
  const g = createGraph('bright-regions');
  const which = g.ints(...bright.map((name) => colorNames.indexOf(name)));
  const pixels = g.gather(pixelColors(g, imageInput(g)), which, 1);
  const there = g.greater(g.mean(pixels, [2, 3], 0), smallest);
  const labelled = g.oneHot(g.ints(...bright.map((_, at) => at)), bright.length + 1);
  const nothing = g.floats([bright.length + 1], [...bright.map(() => 0), 1]);
  const present = g.unsqueeze(there, 2);
  const logits = g.add(g.mul(present, labelled), g.mul(g.sub(1, present), nothing));
  g.output('logits', g.mul(logits, 10), 'float', ['batch', bright.length, bright.length + 1]);

  const [left, right] = extent(g, g.highest(pixels, [2], 0));
  const [top, bottom] = extent(g, g.highest(pixels, [3], 0));
  const middle = (a: Value, b: Value) => g.unsqueeze(g.mul(g.add(a, b), 0.5), 2);
  const length = (a: Value, b: Value) => g.unsqueeze(g.sub(b, a), 2);
  const boxes = [middle(left, right), middle(top, bottom), length(left, right), length(top, bottom)];
  g.output('pred_boxes', g.concat(boxes, 2), 'float', ['batch', bright.length, 4]);
  return {
    id: 'starter/bright-regions',
    tasks: ['object-detection'],
    config: { architectures: ['DetrForObjectDetection'], model_type: 'detr', ...labels(bright) },
    onnx: { model: g.bytes() },
    preprocessor: preprocessor('DetrImageProcessor'),
  };
}

/** From where to where, as shares of the length, the last dimension is 1. */
function extent(g: Graph, marks: Value): [Value, Value] {
  const length = g.gather(g.shape(marks), 2n);
  const places = g.cast(g.op('Range', [0n, length, 1n]), 'float');
  const size = g.cast(length, 'float');
  const first = g.lowest(g.add(places, g.mul(g.sub(1, marks), size)), [2], 0);
  const last = g.highest(g.mul(g.add(places, 1), marks), [2], 0);
  return [g.div(g.min(first, last), size), g.div(last, size)];
}
