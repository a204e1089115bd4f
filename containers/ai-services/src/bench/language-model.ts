import { type GgufTensor, writeGguf } from '../starter/gguf.ts';

const size = { layers: 12, width: 768, heads: 12, inner: 2048, vocabulary: 8192 } as const;

/**
 * A language model of 100 million random weights in the llama architecture: what it writes means nothing, writing it
 * is the work that a real model of that size is.
 */
export function benchLanguageModel(): Buffer {
  const draw = halves(1);
  const { layers, width, heads, inner, vocabulary } = size;
  const matrix = (name: string, columns: number, rows: number): GgufTensor => ({
    name,
    shape: [columns, rows],
    data: draw(columns * rows),
  });
  const norm = (name: string): GgufTensor => ({
    name,
    shape: [width],
    data: new Float32Array(width).fill(1),
  });
  const blocks = Array.from({ length: layers }, (_, layer) => {
    const at = `blk.${layer}.`;
    return [
      norm(`${at}attn_norm.weight`),
      matrix(`${at}attn_q.weight`, width, width),
      matrix(`${at}attn_k.weight`, width, width),
      matrix(`${at}attn_v.weight`, width, width),
      matrix(`${at}attn_output.weight`, width, width),
      norm(`${at}ffn_norm.weight`),
      matrix(`${at}ffn_gate.weight`, width, inner),
      matrix(`${at}ffn_up.weight`, width, inner),
      matrix(`${at}ffn_down.weight`, inner, width),
    ];
  });
  const tokens = Array.from({ length: vocabulary }, (_, id) => tokenText(id));
  const kinds = tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1));
  const u32 = (value: number) => ({ type: 'u32', value }) as const;
  return writeGguf(
    {
      'general.architecture': { type: 'string', value: 'llama' },
      'general.name': { type: 'string', value: 'random weights' },
      'general.file_type': u32(1),
      'llama.context_length': u32(4096),
      'llama.embedding_length': u32(width),
      'llama.block_count': u32(layers),
      'llama.feed_forward_length': u32(inner),
      'llama.attention.head_count': u32(heads),
      'llama.attention.head_count_kv': u32(heads),
      'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-6 },
      'llama.rope.dimension_count': u32(width / heads),
      'llama.vocab_size': u32(vocabulary),
      'tokenizer.ggml.model': { type: 'string', value: 'llama' },
      'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
      'tokenizer.ggml.scores': { type: 'f32s', value: tokens.map(() => 0) },
      'tokenizer.ggml.token_type': { type: 'i32s', value: kinds },
      'tokenizer.ggml.bos_token_id': u32(1),
      'tokenizer.ggml.eos_token_id': u32(2),
    },
    [
      matrix('token_embd.weight', width, vocabulary),
      ...blocks.flat(),
      norm('output_norm.weight'),
      matrix('output.weight', width, vocabulary),
    ],
  );
}

function tokenText(id: number): string {
  if (id < 3) return ['<unk>', '<s>', '</s>'][id] as string;
  if (id < 259) return `<0x${(id - 3).toString(16).toUpperCase().padStart(2, '0')}>`;
  return `▁w${id}`;
}

/** Random half floats of about ±0.02, as their bits. */
function halves(seed: number): (count: number) => Uint16Array {
  let state = seed;
  return (count) => {
    const bits = new Uint16Array(count);
    for (let index = 0; index < count; index++) {
      // xorshift32: https://en.wikipedia.org/wiki/Xorshift
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bits[index] = (state & 0x83ff) | 0x2400;
    }
    return bits;
  };
}
