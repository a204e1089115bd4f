import { createGraph } from './graph.ts';
import { intensifiers, negations, negative, positive, stopWords, topics } from './lexicon.ts';
import { labels, type ModelFolder } from './model-folder.ts';
import { foundIn, isOneOf, isText, shift, textInputs, wordTrigrams } from './text-graph.ts';
import { starterTokenizer } from './tokenizer-files.ts';

/** Adds up good and bad words; a negation turns the two tokens after it round, an intensifier doubles the next. */
export function sentimentModel(): ModelFolder {
  const words = [...positive, ...negative, ...negations, ...intensifiers, ...stopWords];
  const tokenizer = starterTokenizer({ words, lowercase: true });
  const g = createGraph('sentiment');
  const { ids, mask } = textInputs(g);
  const value = g.sub(isOneOf(g, tokenizer, positive)(ids), isOneOf(g, tokenizer, negative)(ids));
  const negated = isOneOf(g, tokenizer, negations)(ids);
  const near = g.add(shift(g, negated, 1), shift(g, negated, 2));
  const turn = g.sub(1, g.mul(g.min(near, 1), 2));
  const strength = g.add(shift(g, isOneOf(g, tokenizer, intensifiers)(ids), 1), 1);
  const total = g.sum(g.mul(g.mul(g.mul(value, mask), turn), strength), [1]);
  const score = g.max(g.min(total, 3), -3);
  const logits = g.add(g.matmul(score, g.floats([1, 3], [-4, 0, 4])), g.floats([3], [0, 2, 0]));
  g.output('logits', logits, 'float', ['batch', 3]);
  return {
    id: 'starter/sentiment',
    tasks: ['text-classification'],
    config: {
      architectures: ['BertForSequenceClassification'],
      model_type: 'bert',
      ...labels(['NEGATIVE', 'NEUTRAL', 'POSITIVE']),
    },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}

/** Entailment is how much of the label's topics, or of its very letters, the text has. */
export function topicsModel(): ModelFolder {
  const template = ['example', 'text', 'about', 'topic'];
  const known = [...Object.values(topics).flat(), ...stopWords, ...template];
  const tokenizer = starterTokenizer({
    words: known,
    lowercase: true,
    leadingSpace: true,
  });
  const g = createGraph('topics');
  const { ids, mask, types } = textInputs(g);
  const counts = (part: string) => {
    const perTopic = Object.values(topics).map((words) =>
      g.sum(g.mul(isOneOf(g, tokenizer, words)(ids), part), [1]),
    );
    return g.concat(perTopic, 1);
  };
  const text = g.mul(mask, isText(g, ids));
  const hypothesis = g.mul(text, types);
  const premise = g.sub(text, hypothesis);
  const asked = g.min(counts(hypothesis), 1);
  const shared = g.div(g.sum(g.mul(g.min(counts(premise), 3), asked), [1]), g.max(g.sum(asked, [1]), 1));
  const { code, weight } = wordTrigrams(g, tokenizer, ids, { words: known, weight: 0 });
  const letters = g.mul(weight, hypothesis);
  const literal = g.div(
    g.sum(g.mul(letters, foundIn(g, code, premise)), [1]),
    g.max(g.sum(letters, [1]), 0.1),
  );
  const score = g.sub(g.mul(g.add(shared, literal), 4), 2);
  const logits = g.matmul(score, g.floats([1, 3], [-1, 0, 1]));
  g.output('logits', logits, 'float', ['batch', 3]);
  return {
    id: 'starter/topics',
    tasks: ['zero-shot-classification'],
    config: {
      architectures: ['BertForSequenceClassification'],
      model_type: 'bert',
      ...labels(['contradiction', 'neutral', 'entailment']),
    },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}
