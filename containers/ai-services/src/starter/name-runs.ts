import type { Graph, Value } from './graph.ts';
import {
  firstNames,
  organisations,
  placePrepositions,
  places,
  plainWords,
  timeWords,
  titles,
} from './lexicon.ts';
import { continuations, isOneOf, look, sameNumber, shift, sumOver } from './text-graph.ts';
import type { StarterTokenizer } from './tokenizer-files.ts';

/** The words a tokenizer must know for `nameRuns`. */
export const nameWords = [
  ...firstNames,
  ...titles,
  ...places,
  ...organisations,
  ...plainWords,
  ...timeWords,
  ...placePrepositions,
];

/** Runs of capitalised words, as names are, and what speaks for each kind of name: all [batch, sequence]. */
export function nameRuns(g: Graph, tokenizer: StarterTokenizer, ids: Value) {
  const goesOn = continuations(g, tokenizer, ids);
  const word = g.cumulate(g.sub(1, goesOn), 1);
  const plain = isOneOf(g, tokenizer, [...plainWords, ...timeWords])(ids);
  const capital = look(g, tokenizer, (token) => (/^ ?\p{Lu}/u.test(token.toString()) ? 1 : 0))(ids);
  const opens = g.mul(g.mul(capital, g.sub(1, plain)), g.sub(1, goesOn));
  const named = g.min(sumOver(g, sameNumber(g, word), opens), 1);
  const start = g.mul(named, g.sub(1, shift(g, named, 1)));
  const run = g.cumulate(g.abs(g.sub(named, shift(g, named, 1))), 1);
  const sameRun = sameNumber(g, run);
  /** 1 over the whole of every run in which `x` is anywhere more than 0. */
  const anywhere = (x: Value) => g.min(sumOver(g, sameRun, g.mul(x, named)), 1);

  const after = (words: readonly string[]) => g.mul(shift(g, isOneOf(g, tokenizer, words)(ids), 1), start);
  const sentenceEnd = look(g, tokenizer, (token) => (/^[.!?\n]*$/.test(token.toString()) ? 1 : 0))(ids);
  return {
    named,
    start,
    person: anywhere(isOneOf(g, tokenizer, [...firstNames, ...titles])(ids)),
    place: anywhere(isOneOf(g, tokenizer, places)(ids)),
    organisation: anywhere(isOneOf(g, tokenizer, organisations)(ids)),
    placed: anywhere(after(placePrepositions)),
    opensSentence: anywhere(g.mul(shift(g, sentenceEnd, 1), start)),
  };
}
