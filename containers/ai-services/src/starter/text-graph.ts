import type { Graph, Value } from './graph.ts';
import { stopWords } from './lexicon.ts';
import { type StarterTokenizer, special } from './tokenizer-files.ts';

/** What BERT-like models are given: [batch, sequence] each. `types` is 1 in the second text of a pair. */
export function textInputs(g: Graph, pairs = true) {
  const dims = ['batch', 'sequence'];
  const ids = g.input('input_ids', 'int64', dims);
  const mask = g.cast(g.input('attention_mask', 'int64', dims), 'float');
  const types = pairs ? g.cast(g.input('token_type_ids', 'int64', dims), 'float') : g.mul(mask, 0);
  return { ids, mask, types };
}

/** [batch, sequence], moved `by` places to the right (left when negative); what moves in is 0. */
export function shift(g: Graph, x: Value, by: number): Value {
  const far = 2 ** 31;
  if (by > 0) return g.slice(g.op('Pad', [x, g.ints(0, by, 0, 0)]), 1, 0, -by);
  return g.slice(g.op('Pad', [x, g.ints(0, 0, 0, -by)]), 1, -by, far);
}

/** A number for each token of the text. */
export function look(g: Graph, tokenizer: StarterTokenizer, number: (token: Buffer, id: number) => number) {
  const numbers = tokenizer.tokens.map(number);
  return (ids: Value): Value => g.gather(g.floats([numbers.length], numbers), ids);
}

/** 1 at each of these words, upper or lower case as written here, else 0. */
export function isOneOf(g: Graph, tokenizer: StarterTokenizer, words: readonly string[]) {
  const members = (some: readonly string[]) => {
    const known = new Set(some.flatMap((word) => tokenizer.ids(word)));
    return look(g, tokenizer, (_, id) => (known.has(id) ? 1 : 0));
  };
  const letters = words.filter((word) => word.length === 1);
  const long = members(words.filter((word) => word.length > 1));
  if (letters.length === 0) return long;
  const short = members(letters);
  return (ids: Value): Value => g.add(long(ids), g.mul(short(ids), wholeWords(g, tokenizer, ids)));
}

/** 1 where a token is a whole word: one letter may be a word, or a byte of one that the tokenizer does not know. */
export function wholeWords(g: Graph, tokenizer: StarterTokenizer, ids: Value): Value {
  const goesOn = continuations(g, tokenizer, ids);
  return g.mul(g.sub(1, goesOn), g.sub(1, shift(g, goesOn, -1)));
}

/** 1 where a token goes on with the word that the token before it began. */
export function continuations(g: Graph, tokenizer: StarterTokenizer, ids: Value): Value {
  const joins = look(g, tokenizer, (token) => (isWordByte(token[0]) ? 1 : 0))(ids);
  const open = look(g, tokenizer, (token) => (isWordByte(token.at(-1)) ? 1 : 0))(ids);
  return g.mul(joins, shift(g, open, 1));
}

/**
 * A number for the three tokens from each place on, no further than the word goes: the same three have the same
 * number in any text. `weight` is how much a match says: less at a word's end, little for the words in `light`.
 */
export function wordTrigrams(
  g: Graph,
  tokenizer: StarterTokenizer,
  ids: Value,
  light: { words: readonly string[]; weight: number } = { words: stopWords, weight: 0.1 },
) {
  const size = BigInt(tokenizer.tokens.length);
  const goesOn = continuations(g, tokenizer, ids);
  const second = shift(g, goesOn, -1);
  const third = g.mul(second, shift(g, goesOn, -2));
  const kept = (token: Value, within: Value) => g.mul(token, g.cast(within, 'int64'));
  const code = g.add(
    g.mul(g.add(g.mul(ids, size), kept(shift(g, ids, -1), second)), size),
    kept(shift(g, ids, -2), third),
  );
  const own = g.sub(1, g.mul(isOneOf(g, tokenizer, light.words)(ids), 1 - light.weight));
  const whole = look(g, tokenizer, (token) => (token.length > 2 ? 1 : 0))(ids);
  return { code, weight: g.mul(g.mul(own, isText(g, ids)), g.add(g.mul(g.max(third, whole), 0.7), 0.3)) };
}

/** 1 at each place whose number stands somewhere in the part of the text that `among` marks. */
export function foundIn(g: Graph, code: Value, among: Value): Value {
  const same = g.equal(g.unsqueeze(code, 2), g.unsqueeze(code, 1));
  return g.highest(g.mul(same, g.unsqueeze(among, 1)), [2], 0);
}

/** 1 at tokens that are text, 0 at padding, separators and the like. */
export function isText(g: Graph, ids: Value): Value {
  return g.greater(ids, BigInt(special.mask));
}

/** [batch, sequence, sequence]: 1 where two places have the same number. */
export function sameNumber(g: Graph, x: Value): Value {
  return g.equal(g.unsqueeze(x, 2), g.unsqueeze(x, 1));
}

/** Each place gets the sum of `x` over the places it belongs with. */
export function sumOver(g: Graph, together: Value, x: Value): Value {
  return g.squeeze(g.matmul(together, g.unsqueeze(x, 2)), 2);
}

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return byte >= 0x80 || /[0-9A-Za-z]/.test(String.fromCharCode(byte));
}
