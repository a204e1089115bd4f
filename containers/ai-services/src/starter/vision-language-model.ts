import { type GgufTensor, type GgufValue, writeGguf } from './gguf.ts';
import { nextTokenTable, special, type Token, vocabulary } from './picture-answers.ts';
import { pictureFeatures, visionProjector } from './vision-projector.ts';

const headSize = 32;
const size = 288;

/**
 * A language model that sees, made by construction: the llama architecture with one block. As in the text-only
 * starter, a token's embedding is a unit vector of its own and the output matrix is a next-token table. The
 * block's attention looks at the pictures alone, however long the text around them is, and adds their average
 * colour to what the table is asked: that chooses between two first words, and the word for the colour.
 */
export function starterVisionLanguageModel(): { model: Buffer; projector: Buffer } {
  const tokens = vocabulary();
  const count = tokens.length;
  if (count + pictureFeatures.length > size) throw new Error(`an embedding of ${size} is too small`);
  const square = [size, size];
  const narrow = [size, headSize];
  const tensors: GgufTensor[] = [
    { name: 'token_embd.weight', shape: [size, count], data: oneHot(count) },
    { name: 'output_norm.weight', shape: [size], data: ones() },
    { name: 'output.weight', shape: [size, count], data: nextTokenTable(tokens, size) },
    { name: 'blk.0.attn_norm.weight', shape: [size], data: ones() },
    { name: 'blk.0.attn_q.weight', shape: square, data: queries(count) },
    { name: 'blk.0.attn_k.weight', shape: narrow, data: keys(count) },
    { name: 'blk.0.attn_v.weight', shape: narrow, data: values(count) },
    { name: 'blk.0.attn_output.weight', shape: square, data: attended(count) },
    { name: 'blk.0.ffn_norm.weight', shape: [size], data: ones() },
    { name: 'blk.0.ffn_gate.weight', shape: narrow, data: new Float32Array(size * headSize) },
    { name: 'blk.0.ffn_up.weight', shape: narrow, data: new Float32Array(size * headSize) },
    { name: 'blk.0.ffn_down.weight', shape: [headSize, size], data: new Float32Array(size * headSize) },
  ];
  return { model: writeGguf(metadata(tokens), tensors), projector: visionProjector(size, count) };
}

/** Where queries meet keys: the head's last dimension, whose rotary angle hardly turns with distance. */
const meeting = headSize - 1;

/** Every token asks the same question, in the first head. */
function queries(count: number): Float32Array {
  return new Float32Array(size * size).fill(1, meeting * size, meeting * size + count);
}

/** Pictures alone answer it, e⁵⁰ times as loud as text. */
function keys(count: number): Float32Array {
  const matrix = new Float32Array(size * headSize);
  matrix[meeting * size + count + pictureFeatures.indexOf('seen')] = 1;
  return matrix;
}

/** They answer with what they show, one feature in each dimension of the head. */
function values(count: number): Float32Array {
  const matrix = new Float32Array(size * headSize);
  for (const index of pictureFeatures.keys()) matrix[index * size + count + index] = 1;
  return matrix;
}

/** Back to the features' places. After the norm `seen` is about 16 and a full colour about 4: each becomes a half. */
function attended(count: number): Float32Array {
  const matrix = new Float32Array(size * size);
  for (const [index, feature] of pictureFeatures.entries()) {
    matrix[(count + index) * size + index] = feature === 'seen' ? 1 / 32 : 1 / 8;
  }
  return matrix;
}

function oneHot(rows: number): Float32Array {
  const matrix = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) matrix[row * size + row] = 1;
  return matrix;
}

function ones(): Float32Array {
  return new Float32Array(size).fill(1);
}

function metadata(tokens: readonly Token[]): Record<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const f32 = (value: number): GgufValue => ({ type: 'f32', value });
  const text = (value: string): GgufValue => ({ type: 'string', value });
  return {
    'general.architecture': text('llama'),
    'general.name': text('Ai-semble vision starter'),
    'general.description': text(
      'Constructed, not trained: it names the average colour of the pictures shown.',
    ),
    'general.file_type': u32(0),
    'llama.context_length': u32(32_768),
    'llama.embedding_length': u32(size),
    'llama.block_count': u32(1),
    'llama.feed_forward_length': u32(headSize),
    'llama.attention.head_count': u32(size / headSize),
    'llama.attention.head_count_kv': u32(1),
    'llama.attention.layer_norm_rms_epsilon': f32(1e-6),
    'llama.rope.dimension_count': u32(headSize),
    'llama.rope.freq_base': f32(1e9),
    'llama.vocab_size': u32(tokens.length),
    'tokenizer.ggml.model': text('llama'),
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens.map((token) => token.text) },
    'tokenizer.ggml.scores': { type: 'f32s', value: tokens.map(() => 0) },
    'tokenizer.ggml.token_type': { type: 'i32s', value: tokens.map((token) => token.kind) },
    'tokenizer.ggml.unknown_token_id': u32(special.unknown),
    'tokenizer.ggml.bos_token_id': u32(special.begin),
    'tokenizer.ggml.eos_token_id': u32(special.end),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: false },
    'tokenizer.chat_template': text(
      "{% for message in messages %}{{ message['content'] }}\n{% endfor %}" +
        '{% if add_generation_prompt %}<|assistant|>{% endif %}',
    ),
  };
}
