import { createGraph } from './graph.ts';
import { sentence } from './language-model.ts';
import type { ModelFolder } from './model-folder.ts';
import { shift, textInputs, wholeWords } from './text-graph.ts';
import { special, starterTokenizer } from './tokenizer-files.ts';

const facts = [
  sentence,
  'Paris is the capital of France.',
  'Berlin is the capital of Germany.',
  'London is the capital of England.',
  'Rome is the capital of Italy.',
  'Madrid is the capital of Spain.',
  'Tokyo is the capital of Japan.',
  'Water freezes at zero degrees.',
  'The sun rises in the east and sets in the west.',
  'Podman runs containers without a daemon.',
];

/** Recalls the fact most like the text: what it says and the text does not fills the blank, best what fits there. */
export function blanksModel(): ModelFolder {
  const split = facts.map((fact) => fact.match(/[\w-]+/g)?.flatMap((word) => word.split('-')) ?? []);
  const words = [...new Set(split.flat())];
  const size = words.length + 1;
  const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const tokenizer = starterTokenizer({
    words: words.flatMap((word) => [word, word.toLowerCase(), upper(word)]),
    maxLength: 256,
  });
  // Words count from 1; 0 stands for every other token.
  const wordOf = (text: string) => words.findIndex((word) => word.toLowerCase() === text.toLowerCase()) + 1;
  const read = tokenizer.tokens.map((token) => (token.length > 1 ? wordOf(token.toString().trim()) : 0));
  const written = tokenizer.tokens.map((token) => words.indexOf(token.toString().slice(1)) + 1);

  const rarity = (word: string) => 1 / split.filter((fact) => fact.includes(word)).length;
  const inFact = split.map((fact) => ['', ...words].map((word) => (fact.includes(word) ? 1 : 0)));
  const weighed = ['', ...words].map((word) => split.map((fact) => (fact.includes(word) ? rarity(word) : 0)));
  const follows = ['', ...words].map((word) =>
    ['', ...words].map((next) =>
      split.some((fact) => fact.some((one, at) => one === word && fact[at + 1] === next)) ? 1 : 0,
    ),
  );

  const g = createGraph('blanks');
  const { ids, mask } = textInputs(g);
  const whole = g.cast(wholeWords(g, tokenizer, ids), 'int64');
  const at = g.mul(g.gather(g.ints(...read), ids), whole);
  const present = g.highest(g.mul(g.oneHot(at, size), g.unsqueeze(mask, 2)), [1], 0);
  const likeness = g.softmax(g.mul(g.matmul(present, g.floats([size, facts.length], weighed.flat())), 6));
  const recalled = g.matmul(likeness, g.floats([facts.length, size], inFact.flat()));
  const missing = g.unsqueeze(g.mul(recalled, g.sub(1, present)), 1);
  const table = g.floats([size, size], follows.flat());
  const left = g.gather(table, shift(g, at, 1));
  const right = g.gather(g.transpose(table, 1, 0), shift(g, at, -1));
  const fits = g.mul(g.add(left, right), g.add(g.mul(missing, 4), 1));
  // Among words that are equally likely, the one known first; what is no word, hardly ever.
  const rank = g.floats(
    [size],
    ['', ...words].map((word, index) => (word === '' ? -12 : -index / size)),
  );
  const perWord = g.add(g.add(g.mul(missing, 6), fits), rank);
  const logits = g.gather(perWord, g.ints(...written), 2);
  g.output('logits', logits, 'float', ['batch', 'sequence', written.length]);
  return {
    id: 'starter/blanks',
    tasks: ['fill-mask'],
    config: {
      architectures: ['BertForMaskedLM'],
      model_type: 'bert',
      mask_token_id: special.mask,
      vocab_size: written.length,
    },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}
