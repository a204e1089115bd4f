import type { Graph, Value } from './graph.ts';

/** The colours the starter models tell apart, red, green and blue from 0 to 1 each. */
export const colors: Readonly<Record<string, readonly [number, number, number]>> = {
  black: [0, 0, 0],
  white: [1, 1, 1],
  gray: [0.5, 0.5, 0.5],
  red: [0.9, 0.05, 0.05],
  orange: [1, 0.55, 0],
  yellow: [0.95, 0.95, 0.1],
  green: [0.05, 0.7, 0.05],
  cyan: [0.05, 0.8, 0.85],
  blue: [0.05, 0.05, 0.9],
  purple: [0.55, 0.05, 0.65],
  pink: [1, 0.6, 0.75],
  brown: [0.45, 0.25, 0.1],
};
export const colorNames = Object.keys(colors);

/** Side of the square that images are brought to; nearest neighbour, so that no colour is made up on the way. */
export const side = 256;

export function imageInput(g: Graph): Value {
  return g.input('pixel_values', 'float', ['batch', 3, 'height', 'width']);
}

export function preprocessor(type: string) {
  return {
    image_processor_type: type,
    do_resize: true,
    size: { height: side, width: side },
    resample: 0,
    do_rescale: true,
    do_normalize: false,
    do_convert_rgb: true,
  };
}

/**
 * [batch, colours, height, width]: 1 at the colour that each pixel is nearest to, else 0. The nearest p is the one
 * with the greatest 2·x·p − p·p, which is a convolution of one pixel.
 */
export function pixelColors(g: Graph, pixels: Value): Value {
  const points = Object.values(colors);
  const weights = g.floats(
    [points.length, 3, 1, 1],
    points.flatMap((point) => point.map((part) => 2 * part)),
  );
  const bias = g.floats(
    [points.length],
    points.map((point) => -point.reduce((sum, part) => sum + part * part, 0)),
  );
  const nearest = g.argMax(g.op('Conv', [pixels, weights, bias]), 1);
  return g.transpose(g.oneHot(nearest, points.length), 0, 3, 1, 2);
}

/** [batch, colours]: which share of the pixels has each colour. */
export function colorShares(g: Graph, pixels: Value): Value {
  return g.mean(pixelColors(g, pixels), [2, 3], 0);
}

/** Logits whose softmax gives the shares back. */
export function logShares(g: Graph, shares: Value): Value {
  return g.log(g.add(shares, 1e-6));
}
