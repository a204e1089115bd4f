import { copyDecoder } from './copy-decoder.ts';
import { articles, dictionary, nounsByArticle } from './dictionary.ts';
import { createGraph, type Graph, type Value } from './graph.ts';
import type { ModelFolder } from './model-folder.ts';
import { look, shift, wholeWords } from './text-graph.ts';
import { type StarterTokenizer, special, starterTokenizer } from './tokenizer-files.ts';

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
/** How a word may stand in a text: each way has a token of its own. */
const forms = (word: string) => [word, ` ${word}`, capital(word), ` ${capital(word)}`];

/** Word for word from English to German, articles in the gender of the noun; unknown words stay as they are. */
export function translationModel(): ModelFolder {
  const words = [
    ...articles.flatMap(({ english, german }) => [english, ...Object.values(german)]),
    ...dictionary.flatMap(({ english, german }) => [english, german]),
  ];
  const tokenizer = starterTokenizer({
    words: words.flatMap((word) => [word, capital(word)]),
    frame: 'generate',
    className: 'T5Tokenizer',
  });
  const pairs = (english: string, german: string) =>
    forms(english).map((form, at): [number, number] => [
      tokenizer.id(form),
      tokenizer.id(forms(german)[at] ?? ''),
    ]);

  const g = createGraph('translation-encoder');
  const { ids, mask } = encoderInputs(g);
  const whole = wholeWords(g, tokenizer, ids);
  /** The ids, some words of them replaced. */
  const replaced = (entries: readonly [number, number][]) => {
    const other = new Map(entries);
    const changed = look(g, tokenizer, (_, id) => (other.get(id) ?? id) - id)(ids);
    return g.add(g.cast(ids, 'float'), g.mul(changed, whole));
  };
  const ownWords = dictionary.flatMap(({ english, german }) => pairs(english, german));
  const before = (article: 'das' | 'der' | 'die') =>
    replaced([...ownWords, ...articles.flatMap(({ english, german }) => pairs(english, german[article]))]);
  const next = shift(g, ids, -1);
  const nextIs = (article: 'das' | 'der' | 'die') => {
    const nouns = new Set(
      nounsByArticle(article).flatMap(({ english }) => forms(english).map((form) => tokenizer.id(form))),
    );
    return look(g, tokenizer, (_, id) => (nouns.has(id) ? 1 : 0))(next);
  };
  const neuter = before('das');
  const german = g.add(
    g.add(neuter, g.mul(nextIs('der'), g.sub(before('der'), neuter))),
    g.mul(nextIs('die'), g.sub(before('die'), neuter)),
  );
  return seq2seq({ name: 'translation', tokenizer, g, script: ended(g, german, mask) });
}

/** The first sentence: up to a full stop, exclamation or question mark that a space or the end follows. */
export function summaryModel(): ModelFolder {
  const tokenizer = starterTokenizer({ frame: 'generate', className: 'T5Tokenizer', maxLength: 2048 });
  const g = createGraph('summary-encoder');
  const { ids, mask } = encoderInputs(g);
  const stop = look(g, tokenizer, (token) => (/^ ?[.!?]$/.test(token.toString()) ? 1 : 0))(ids);
  const breaks = look(g, tokenizer, (token) =>
    token.length === 0 || /^[ \n\r\t]/.test(token.toString('latin1')) ? 1 : 0,
  );
  const closes = g.mul(stop, breaks(shift(g, ids, -1)));
  // Chinese and Japanese write no space after their full stop, U+3002.
  const byte = (value: number) =>
    look(g, tokenizer, (token) => (token.length === 1 && token[0] === value ? 1 : 0));
  const closesEast = g.mul(
    byte(0x82)(ids),
    g.mul(byte(0x80)(shift(g, ids, 1)), byte(0xe3)(shift(g, ids, 2))),
  );
  const over = g.min(g.cumulate(g.max(closes, closesEast), 1, 1), 1);
  return seq2seq({
    name: 'summary',
    tokenizer,
    g,
    script: ended(g, g.cast(ids, 'float'), g.mul(mask, g.sub(1, over))),
  });
}

function encoderInputs(g: Graph) {
  const dims = ['batch_size', 'encoder_sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  return { ids, mask: g.cast(g.input('attention_mask', 'int64', dims), 'float') };
}

/** The ids where `mask` is 1, and the end of the text everywhere else. */
function ended(g: Graph, ids: Value, mask: Value): Value {
  return g.add(g.mul(ids, mask), g.mul(g.sub(1, mask), special.end));
}

interface Seq2Seq {
  name: 'translation' | 'summary';
  tokenizer: StarterTokenizer;
  /** The encoder, and the ids it wants written. */
  g: Graph;
  script: Value;
}

function seq2seq({ name, tokenizer, g, script }: Seq2Seq): ModelFolder {
  g.output('last_hidden_state', g.unsqueeze(script, 2), 'float', [
    'batch_size',
    'encoder_sequence_length',
    1,
  ]);
  const vocabulary = tokenizer.tokens.length;
  const generation = {
    decoder_start_token_id: special.pad,
    eos_token_id: special.end,
    pad_token_id: special.pad,
  };
  return {
    id: `starter/${name}`,
    tasks: [name === 'summary' ? 'summarization' : 'translation'],
    config: {
      architectures: ['T5ForConditionalGeneration'],
      model_type: 't5',
      is_encoder_decoder: true,
      vocab_size: vocabulary,
      d_model: 1,
      d_kv: 1,
      num_heads: 1,
      num_layers: 1,
      num_decoder_layers: 1,
      ...generation,
    },
    onnx: {
      encoder_model: g.bytes(),
      decoder_model_merged: copyDecoder({
        past: 'past_key_values.0.decoder.key',
        vocabulary,
        end: special.end,
      }),
    },
    tokenizer: tokenizer.files,
    generation,
  };
}
