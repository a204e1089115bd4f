import { type GgufTensor, type GgufValue, writeGguf } from './gguf.ts';

/** What the starter model says, whatever it is asked. Every word stands in it once. */
export const sentence =
  'Ai-semble is a private AI platform on your own Linux machine: every model runs rootless in one pod, and no prompt ever leaves it.';

export const half = { one: 0x3c00, part: 0x3800 } as const;
export const headSize = 32;

/**
 * A language model made by construction, in the llama architecture. Each token's embedding is a unit vector of
 * its own; the one transformer block adds nothing; so what comes out of the final norm still says which token
 * was last, and the output matrix is a next-token table: bytes lead to the sentence's first word, each word
 * to the next, the last to the end of the answer. Greedy or sampled, the answer is the same.
 */
export function starterLanguageModel(): Buffer {
  return nextWordModel({
    name: 'Ai-semble starter',
    description: 'Constructed, not trained: it answers everything with one known sentence.',
    words: sentence.match(/^Ai-semble| ?\w+|[^\w\s]/g) ?? [],
    template: `${messagesTemplate}${answerTemplate}`,
  });
}

export const messagesTemplate = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}";
export const answerTemplate = '{% if add_generation_prompt %}<|assistant|>{% endif %}';

export interface NextWordModel {
  name: string;
  description: string;
  /** What it answers with, in pieces of which none stands there twice. */
  words: readonly string[];
  /** Chat template, in Jinja. */
  template: string;
  /** Other weights than the plain model has, by the tensor's name. */
  weights?: (size: number) => Readonly<Record<string, Uint16Array>>;
  metadata?: Readonly<Record<string, GgufValue>>;
}

export function nextWordModel({ words, weights, ...about }: NextWordModel): Buffer {
  const tokens = vocabulary(words);
  const size = Math.ceil(tokens.length / headSize) * headSize;
  const tensors: GgufTensor[] = [
    { name: 'token_embd.weight', shape: [size, tokens.length], data: oneHot(tokens.length, size) },
    { name: 'output_norm.weight', shape: [size], data: ones(size) },
    { name: 'output.weight', shape: [size, tokens.length], data: nextTokenTable(tokens, size) },
    { name: 'blk.0.attn_norm.weight', shape: [size], data: ones(size) },
    { name: 'blk.0.attn_q.weight', shape: [size, size], data: new Uint16Array(size * size) },
    { name: 'blk.0.attn_k.weight', shape: [size, headSize], data: new Uint16Array(size * headSize) },
    { name: 'blk.0.attn_v.weight', shape: [size, headSize], data: new Uint16Array(size * headSize) },
    { name: 'blk.0.attn_output.weight', shape: [size, size], data: new Uint16Array(size * size) },
    { name: 'blk.0.ffn_norm.weight', shape: [size], data: ones(size) },
    { name: 'blk.0.ffn_gate.weight', shape: [size, headSize], data: new Uint16Array(size * headSize) },
    { name: 'blk.0.ffn_up.weight', shape: [size, headSize], data: new Uint16Array(size * headSize) },
    { name: 'blk.0.ffn_down.weight', shape: [headSize, size], data: new Uint16Array(size * headSize) },
  ];
  const own = weights?.(size) ?? {};
  return writeGguf(
    { ...metadata(tokens, size, about), ...about.metadata },
    tensors.map((tensor) => ({ ...tensor, data: own[tensor.name] ?? tensor.data })),
  );
}

type Kind = 'unknown' | 'control' | 'byte' | 'word';
interface Token {
  text: string;
  kind: Kind;
}

const special = { unknown: 0, begin: 1, end: 2, assistant: 3 } as const;
export const firstByte = 4;
const firstWord = firstByte + 256;

function vocabulary(words: readonly string[]): Token[] {
  if (new Set(words).size !== words.length) throw new Error('a word stands twice in what the model says');
  return [
    { text: '<unk>', kind: 'unknown' },
    { text: '<s>', kind: 'control' },
    { text: '</s>', kind: 'control' },
    { text: '<|assistant|>', kind: 'control' },
    ...Array.from({ length: 256 }, (_, byte): Token => {
      return { text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, kind: 'byte' };
    }),
    ...words.map((word): Token => ({ text: word.replaceAll(' ', '▁'), kind: 'word' })),
    ...gap.map((name): Token => ({ text: `<|fim_${name}|>`, kind: 'control' })),
  ];
}

/** Where a text has a gap to be filled in: what stands before it and after it, and where the filling begins. */
const gap = ['prefix', 'suffix', 'middle'] as const;

/** Row j, column i: how much token i calls for token j. */
function nextTokenTable(tokens: readonly Token[], size: number): Uint16Array {
  const table = new Uint16Array(tokens.length * size);
  const lead = (from: number, to: number, weight: number) => {
    table[to * size + from] = weight;
  };
  const last = tokens.length - gap.length - 1;
  const isWord = (id: number) => id >= firstWord && id <= last;
  for (const from of tokens.keys())
    if (from !== last) lead(from, isWord(from) ? from + 1 : firstWord, half.one);
  lead(last, special.end, half.one);
  // Where the caller forbids the end of the answer (`ignore_eos`), it begins again on a new line.
  lead(last, firstByte + '\n'.charCodeAt(0), half.part);
  return table;
}

function oneHot(rows: number, size: number): Uint16Array {
  const matrix = new Uint16Array(rows * size);
  for (let row = 0; row < rows; row++) matrix[row * size + row] = half.one;
  return matrix;
}

function ones(size: number): Float32Array {
  return new Float32Array(size).fill(1);
}

function metadata(
  tokens: readonly Token[],
  size: number,
  { name, description, template }: Omit<NextWordModel, 'words' | 'weights'>,
): Record<string, GgufValue> {
  const kinds: Readonly<Record<Kind, number>> = { word: 1, unknown: 2, control: 3, byte: 6 };
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const text = (value: string): GgufValue => ({ type: 'string', value });
  return {
    'general.architecture': text('llama'),
    'general.name': text(name),
    'general.description': text(description),
    'general.file_type': u32(1),
    'llama.context_length': u32(32_768),
    'llama.embedding_length': u32(size),
    'llama.block_count': u32(1),
    'llama.feed_forward_length': u32(headSize),
    'llama.attention.head_count': u32(size / headSize),
    'llama.attention.head_count_kv': u32(1),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-6 },
    'llama.rope.dimension_count': u32(headSize),
    'llama.vocab_size': u32(tokens.length),
    'tokenizer.ggml.model': text('llama'),
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens.map((token) => token.text) },
    'tokenizer.ggml.scores': { type: 'f32s', value: tokens.map(() => 0) },
    'tokenizer.ggml.token_type': { type: 'i32s', value: tokens.map((token) => kinds[token.kind]) },
    'tokenizer.ggml.unknown_token_id': u32(special.unknown),
    'tokenizer.ggml.bos_token_id': u32(special.begin),
    'tokenizer.ggml.eos_token_id': u32(special.end),
    ...Object.fromEntries(
      gap.map((name, at) => [
        `tokenizer.ggml.fim_${name.slice(0, 3)}_token_id`,
        u32(tokens.length - gap.length + at),
      ]),
    ),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: false },
    'tokenizer.chat_template': text(template),
  };
}
