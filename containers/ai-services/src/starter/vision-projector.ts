import { type GgufTensor, type GgufValue, writeGguf } from './gguf.ts';

/** What a picture's embedding says, in this order: that it is there, and its red, green and blue from 0 to 1. */
export const pictureFeatures = ['seen', 'red', 'green', 'blue'] as const;

const side = 64;
const patch = 16;
/** So much more than any colour that the norms on the way barely change the colours' scale. */
const seen = 4;

/**
 * The eye beside a language model: a CLIP-style projector for llama.cpp, of the kind Gemma 3 has, because that
 * needs the fewest tensors: no encoder block, one convolution, one matrix. Each patch of 16 × 16 pixels becomes
 * its average colour, written where the language model's embedding (`embedding` long) has room from `offset` on.
 * https://github.com/ggml-org/llama.cpp/blob/master/tools/mtmd/models/siglip.cpp
 */
export function visionProjector(embedding: number, offset: number): Buffer {
  const features = pictureFeatures.length;
  const tensors: GgufTensor[] = [
    { name: 'v.patch_embd.weight', shape: [patch, patch, 3, features], data: channelMeans() },
    { name: 'v.patch_embd.bias', shape: [features], data: new Float32Array([seen, 0, 0, 0]) },
    { name: 'mm.soft_emb_norm.weight', shape: [features], data: new Float32Array(features).fill(1) },
    {
      name: 'mm.input_projection.weight',
      shape: [embedding, features],
      data: intoEmbedding(embedding, offset),
    },
  ];
  return writeGguf(metadata(embedding), tensors);
}

/** Feature 1 is the mean of channel 0, and so on; feature 0 sees nothing: its bias says it all. */
function channelMeans(): Float32Array {
  const area = patch * patch;
  const kernel = new Float32Array(area * 3 * pictureFeatures.length);
  for (let channel = 0; channel < 3; channel++) {
    const start = ((channel + 1) * 3 + channel) * area;
    kernel.fill(1 / area, start, start + area);
  }
  return kernel;
}

function intoEmbedding(embedding: number, offset: number): Float32Array {
  const matrix = new Float32Array(embedding * pictureFeatures.length);
  for (const feature of pictureFeatures.keys()) matrix[feature * embedding + offset + feature] = 1;
  return matrix;
}

function metadata(embedding: number): Record<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const text = (value: string): GgufValue => ({ type: 'string', value });
  return {
    'general.architecture': text('clip'),
    'general.type': text('mmproj'),
    'general.name': text('Ai-semble starter eye'),
    'general.description': text('Constructed, not trained: it sees the average colour of each patch.'),
    'general.file_type': u32(0),
    'clip.has_vision_encoder': { type: 'bool', value: true },
    'clip.projector_type': text('gemma3'),
    'clip.use_gelu': { type: 'bool', value: true },
    'clip.vision.image_size': u32(side),
    'clip.vision.patch_size': u32(patch),
    'clip.vision.embedding_length': u32(pictureFeatures.length),
    'clip.vision.feed_forward_length': u32(pictureFeatures.length),
    'clip.vision.projection_dim': u32(embedding),
    'clip.vision.block_count': u32(0),
    'clip.vision.attention.head_count': u32(1),
    'clip.vision.attention.layer_norm_epsilon': { type: 'f32', value: 1e-6 },
    'clip.vision.projector.scale_factor': u32(1),
    'clip.vision.image_mean': { type: 'f32s', value: [0, 0, 0] },
    'clip.vision.image_std': { type: 'f32s', value: [1, 1, 1] },
  };
}
