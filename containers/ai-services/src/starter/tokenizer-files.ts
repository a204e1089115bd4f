/** Every special token of the starter tokenizers, with its id. */
export const special = { pad: 0, end: 1, unknown: 2, begin: 3, separator: 4, mask: 5 } as const;

const specialText = ['<pad>', '</s>', '<unk>', '[CLS]', '[SEP]', '[MASK]'] as const;
const space = 0x20;

export interface TokenizerOptions {
  /** Words that are one token each, with and without a space before them. Everything else is its bytes. */
  words?: readonly string[];
  lowercase?: boolean;
  /** Which special tokens stand around a text: [CLS] … [SEP] or … </s>. */
  frame?: 'classify' | 'generate' | 'none';
  maxLength?: number;
  className?: string;
  /** A space before the first word, so that it is the same token as anywhere else. */
  leadingSpace?: boolean;
}

export interface StarterTokenizer {
  /** The bytes of each token, by id; none for special tokens. */
  tokens: readonly Buffer[];
  id(text: string): number;
  /** Both ids of a word: at the beginning of a text, and after a space. */
  ids(word: string): number[];
  files: ReadonlyMap<string, string>;
}

/**
 * A byte-level tokenizer in the manner of GPT-2 that knows whole words instead of merges, so no text is unknown
 * and decoding gives back what was encoded.
 * https://huggingface.co/docs/tokenizers/api/pre-tokenizers#tokenizers.pre_tokenizers.ByteLevel
 */
export function starterTokenizer(options: TokenizerOptions = {}): StarterTokenizer {
  const alphabet = byteAlphabet();
  const tokens = [
    ...specialText.map(() => Buffer.alloc(0)),
    ...Array.from({ length: 256 }, (_, byte) => Buffer.from([byte])),
    // A space goes with the byte after it, so that the token tells where a word begins.
    ...Array.from({ length: 256 }, (_, byte) => Buffer.from([space, byte])).filter(
      (_, byte) => byte !== space,
    ),
  ];
  const known = new Set(tokens.map((token) => token.toString('latin1')));
  for (const word of (options.words ?? []).flatMap((text) => [text, ` ${text}`])) {
    const bytes = Buffer.from(word);
    if (!known.has(bytes.toString('latin1'))) tokens.push(bytes);
    known.add(bytes.toString('latin1'));
  }
  const spell = (token: Buffer) => [...token].map((byte) => alphabet[byte]).join('');
  const vocabulary = Object.fromEntries(tokens.map((token, id) => [specialText[id] ?? spell(token), id]));
  const id = (text: string) => {
    const found = vocabulary[spell(Buffer.from(text))];
    if (found === undefined) throw new Error(`no token for ${JSON.stringify(text)}`);
    return found;
  };
  return {
    tokens,
    id,
    ids: (word) => [id(word), id(` ${word}`)],
    files: new Map([
      ['tokenizer.json', JSON.stringify(tokenizerJson(options, vocabulary, alphabet))],
      ['tokenizer_config.json', JSON.stringify(tokenizerConfig(options))],
    ]),
  };
}

function tokenizerJson(
  options: TokenizerOptions,
  vocab: Record<string, number>,
  alphabet: readonly string[],
) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialText.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: id === special.mask,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: options.lowercase ? { type: 'Lowercase' } : null,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: options.leadingSpace ?? false,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: framed(options.frame ?? 'classify'),
    // An answer out of the middle of a text begins with a space that is not part of it.
    decoder: {
      type: 'Sequence',
      decoders: [{ type: 'ByteLevel' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }],
    },
    model: {
      type: 'BPE',
      unk_token: null,
      ignore_merges: true,
      vocab,
      merges: alphabet.filter((_, byte) => byte !== space).map((letter) => `${alphabet[space]} ${letter}`),
    },
  };
}

function framed(frame: 'classify' | 'generate' | 'none') {
  const token = (id: number, type_id: number) => ({ SpecialToken: { id: specialText[id], type_id } });
  const sequence = (id: 'A' | 'B', type_id: number) => ({ Sequence: { id, type_id } });
  const begin = frame === 'classify' ? [token(special.begin, 0)] : [];
  const end = frame === 'classify' ? special.separator : special.end;
  const after = (type: number) => (frame === 'none' ? [] : [token(end, type)]);
  return {
    type: 'TemplateProcessing',
    single: [...begin, sequence('A', 0), ...after(0)],
    pair: [...begin, sequence('A', 0), ...after(0), sequence('B', 1), ...after(1)],
    special_tokens: Object.fromEntries(
      specialText.map((text, id) => [text, { id: text, ids: [id], tokens: [text] }]),
    ),
  };
}

function tokenizerConfig(options: TokenizerOptions) {
  return {
    tokenizer_class: options.className ?? 'BertTokenizer',
    model_max_length: options.maxLength ?? 512,
    clean_up_tokenization_spaces: false,
    pad_token: specialText[special.pad],
    eos_token: specialText[special.end],
    unk_token: specialText[special.unknown],
    cls_token: specialText[special.begin],
    sep_token: specialText[special.separator],
    mask_token: specialText[special.mask],
  };
}

/** The printable letter GPT-2 writes for each byte: bytes that print stand for themselves. */
function byteAlphabet(): string[] {
  const prints = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : next++));
}
