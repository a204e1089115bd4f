import { createGraph, type Graph, type Value } from './graph.ts';
import { numberWords, questionWords, stopWords, timeWords } from './lexicon.ts';
import { labels, type ModelFolder } from './model-folder.ts';
import { nameRuns, nameWords } from './name-runs.ts';
import {
  foundIn,
  isOneOf,
  isText,
  look,
  sameNumber,
  shift,
  sumOver,
  textInputs,
  wordTrigrams,
} from './text-graph.ts';
import { type StarterTokenizer, special, starterTokenizer } from './tokenizer-files.ts';

const kinds = ['PER', 'ORG', 'LOC', 'MISC'] as const;

/** Capitalised words are names; which kind of name, a word list or the word before tells. */
export function entitiesModel(): ModelFolder {
  const tokenizer = starterTokenizer({ words: nameWords });
  const g = createGraph('entities');
  const { ids } = textInputs(g);
  const { named, start, person, organisation, place, placed, opensSentence } = nameRuns(g, tokenizer, ids);
  const perKind = [
    g.mul(person, 6),
    g.mul(organisation, 9),
    g.add(g.mul(place, 7), g.mul(placed, 4)),
    // A word that only begins a sentence need not be a name.
    g.sub(3, g.mul(opensSentence, 3)),
  ];
  const evidence = g.concat(
    perKind.map((kind) => g.unsqueeze(kind, 2)),
    2,
  );
  const only = (where: Value) => g.sub(g.mul(g.add(evidence, 10), g.unsqueeze(where, 2)), 10);
  const outside = g.add(g.mul(g.unsqueeze(named, 2), 0), 1);
  const begins = only(start);
  const within = only(g.mul(named, g.sub(1, start)));
  g.output('logits', g.concat([outside, begins, within], 2), 'float', ['batch', 'sequence', 9]);
  return {
    id: 'starter/entities',
    tasks: ['token-classification'],
    config: {
      architectures: ['BertForTokenClassification'],
      model_type: 'bert',
      ...labels(['O', ...kinds.map((kind) => `B-${kind}`), ...kinds.map((kind) => `I-${kind}`)]),
    },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}

/** The question word says what kind of thing is asked for; of those in the text, the one nearest to the question's words. */
export function answersModel(): ModelFolder {
  const asking = Object.values(questionWords).flat();
  const tokenizer = starterTokenizer({
    words: [...nameWords, ...asking, ...timeWords, ...numberWords, ...stopWords],
    leadingSpace: true,
    maxLength: 384,
  });
  const g = createGraph('answers');
  const { ids, types } = textInputs(g);
  const text = isText(g, ids);
  const context = g.mul(text, types);
  const question = g.sub(text, context);

  const candidates = answerKinds(g, tokenizer, ids);
  const wanted = (words: readonly string[]) =>
    g.highest(g.mul(isOneOf(g, tokenizer, words)(ids), question), [1]);
  const time = wanted(questionWords.time);
  const number = g.mul(wanted(questionWords.number), g.sub(1, time));
  const place = g.mul(wanted(questionWords.place), g.sub(1, g.max(time, number)));
  const person = g.mul(wanted(questionWords.person), g.sub(1, g.max(g.max(time, number), place)));
  const anything = g.sub(1, g.max(g.max(time, number), g.max(place, person)));
  const chosen = [
    g.mul(time, candidates.time),
    g.mul(number, candidates.number),
    g.mul(place, candidates.place),
    g.mul(person, candidates.person),
    g.mul(anything, candidates.anything),
  ].reduce(g.max);
  const selected = g.mul(chosen, context);
  const spans = g.cumulate(g.abs(g.sub(selected, shift(g, selected, 1))), 1);

  const { code, weight } = wordTrigrams(g, tokenizer, ids);
  const known = g.mul(g.mul(foundIn(g, code, question), weight), context);
  const together = sameNumber(g, spans);
  const average = (x: Value) => g.div(sumOver(g, together, x), g.sum(together, [2], 0));
  const score = g.sub(average(nearness(g, tokenizer, ids, known)), g.mul(average(known), 4));
  const logit = (edge: Value) => g.sub(g.mul(edge, g.add(g.mul(score, 4), 20)), 10);
  const edge = (by: number) => g.mul(selected, g.sub(1, shift(g, selected, by)));
  // [CLS] at 0 stands for "no answer": more likely than any token when nothing in the text is of the kind.
  const none = g.mul(look(g, tokenizer, (_, id) => (id === special.begin ? 1 : 0))(ids), 10);
  g.output('start_logits', g.add(logit(edge(1)), none), 'float', ['batch', 'sequence']);
  g.output('end_logits', g.add(logit(edge(-1)), none), 'float', ['batch', 'sequence']);
  return {
    id: 'starter/answers',
    tasks: ['question-answering'],
    config: { architectures: ['BertForQuestionAnswering'], model_type: 'bert' },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}

/** Where the text has a name of a person or place, a date, a number: 1 over all of its tokens. */
function answerKinds(g: Graph, tokenizer: StarterTokenizer, ids: Value) {
  const names = nameRuns(g, tokenizer, ids);
  const place = g.max(names.place, names.placed);
  const digit = look(g, tokenizer, (token) => (/^ ?[0-9]$/.test(token.toString()) ? 1 : 0))(ids);
  const number = g.max(digit, isOneOf(g, tokenizer, numberWords)(ids));
  return {
    time: g.max(digit, isOneOf(g, tokenizer, timeWords)(ids)),
    number,
    place,
    person: g.mul(names.named, g.sub(1, g.max(place, names.organisation))),
    anything: g.max(names.named, number),
  };
}

/** The sum of `x` around each place: less with distance, and hardly any of it from another sentence. */
function nearness(g: Graph, tokenizer: StarterTokenizer, ids: Value, x: Value): Value {
  const length = g.gather(g.shape(ids), 1n);
  const positions = g.cast(g.op('Range', [0n, length, 1n]), 'float');
  const distance = g.abs(g.sub(g.unsqueeze(positions, 1), g.unsqueeze(positions, 0)));
  const stop = look(g, tokenizer, (token) => (/^[.!?\n]*$/.test(token.toString()) ? 1 : 0))(ids);
  const sameSentence = sameNumber(g, g.cumulate(stop, 1, 1));
  const near = g.mul(g.exp(g.mul(distance, -0.05)), g.add(g.mul(sameSentence, 0.9), 0.1));
  return sumOver(g, near, x);
}
