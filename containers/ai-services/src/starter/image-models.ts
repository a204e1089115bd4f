import {
  colorNames,
  colorShares,
  imageInput,
  logShares,
  pixelColors,
  preprocessor,
  side,
} from './color-graph.ts';
import { createGraph } from './graph.ts';
import { labels, type ModelFolder } from './model-folder.ts';
import { look, textInputs } from './text-graph.ts';
import { starterTokenizer } from './tokenizer-files.ts';

/** Each colour's score is its share of the picture. */
export function colorsModel(): ModelFolder {
  const g = createGraph('colors');
  g.output('logits', logShares(g, colorShares(g, imageInput(g))), 'float', ['batch', colorNames.length]);
  return {
    id: 'starter/colors',
    tasks: ['image-classification'],
    config: { architectures: ['ViTForImageClassification'], model_type: 'vit', ...labels(colorNames) },
    onnx: { model: g.bytes() },
    preprocessor: preprocessor('ViTImageProcessor'),
  };
}

/** Scores a label by the share of the picture that has the colours it names. */
export function colorWordsModel(): ModelFolder {
  const words = [...colorNames, 'grey', 'violet'];
  const meaning = [...colorNames, 'gray', 'purple'];
  const tokenizer = starterTokenizer({
    words,
    lowercase: true,
    frame: 'generate',
    className: 'CLIPTokenizer',
  });
  const g = createGraph('color-words');
  const { ids, mask } = textInputs(g, false);
  const named = colorNames.map((color) => {
    const own = words.filter((_, at) => meaning[at] === color).flatMap((word) => tokenizer.ids(word));
    return g.highest(g.mul(look(g, tokenizer, (_, id) => (own.includes(id) ? 1 : 0))(ids), mask), [1]);
  });
  const text = g.concat(named, 1);
  const image = colorShares(g, imageInput(g));
  const logits = logShares(g, g.matmul(image, g.transpose(text, 1, 0)));
  g.output('logits_per_image', logits, 'float', ['image_batch', 'text_batch']);
  g.output('logits_per_text', g.transpose(logits, 1, 0), 'float', ['text_batch', 'image_batch']);
  g.output('text_embeds', text, 'float', ['text_batch', colorNames.length]);
  g.output('image_embeds', image, 'float', ['image_batch', colorNames.length]);
  return {
    id: 'starter/color-words',
    tasks: ['zero-shot-image-classification'],
    config: { architectures: ['CLIPModel'], model_type: 'clip', projection_dim: colorNames.length },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
    preprocessor: preprocessor('CLIPImageProcessor'),
  };
}

/** One label per pixel: its colour. */
export function colorRegionsModel(): ModelFolder {
  const g = createGraph('color-regions');
  g.output('logits', pixelColors(g, imageInput(g)), 'float', ['batch', colorNames.length, 'height', 'width']);
  return {
    id: 'starter/color-regions',
    tasks: ['image-segmentation'],
    config: {
      architectures: ['SegformerForSemanticSegmentation'],
      model_type: 'segformer',
      ...labels(colorNames),
    },
    onnx: { model: g.bytes() },
    preprocessor: preprocessor('SegformerImageProcessor'),
  };
}

/** Bright is near: the depth of a pixel is its luminance (ITU-R BT.601). */
export function brightnessDepthModel(): ModelFolder {
  const g = createGraph('brightness-depth');
  const luminance = g.op('Conv', [imageInput(g), g.floats([1, 3, 1, 1], [0.299, 0.587, 0.114])]);
  g.output('predicted_depth', g.squeeze(luminance, 1), 'float', ['batch', 'height', 'width']);
  return {
    id: 'starter/brightness-depth',
    tasks: ['depth-estimation'],
    config: { architectures: ['DPTForDepthEstimation'], model_type: 'dpt' },
    onnx: { model: g.bytes() },
    preprocessor: preprocessor('DPTImageProcessor'),
  };
}

const cells = 4;

/** The colours of the whole picture, then of each of its 4 × 4 parts: pictures alike in colour and layout are near. */
export function colorFeaturesModel(): ModelFolder {
  const g = createGraph('color-features');
  const perPixel = pixelColors(g, imageInput(g));
  const cell = side / cells;
  const pooled = g.op('AveragePool', [perPixel], { kernel_shape: [cell, cell], strides: [cell, cell] });
  const parts = g.transpose(g.reshape(pooled, 0, 0, -1), 0, 2, 1);
  const whole = g.mean(parts, [1]);
  g.output('last_hidden_state', g.concat([whole, parts], 1), 'float', [
    'batch',
    1 + cells * cells,
    colorNames.length,
  ]);
  const flat = g.reshape(parts, 0, -1);
  const length = g.sqrt(g.sum(g.mul(flat, flat), [1]));
  g.output('pooler_output', g.div(flat, length), 'float', ['batch', cells * cells * colorNames.length]);
  return {
    id: 'starter/color-features',
    tasks: ['image-feature-extraction'],
    config: { architectures: ['ViTModel'], model_type: 'vit', hidden_size: colorNames.length },
    onnx: { model: g.bytes() },
    preprocessor: preprocessor('ViTImageProcessor'),
  };
}
