import { createGraph } from './graph.ts';
import { stopWords } from './lexicon.ts';
import type { ModelFolder } from './model-folder.ts';
import { foundIn, isText, textInputs, wordTrigrams } from './text-graph.ts';
import { starterTokenizer } from './tokenizer-files.ts';

const hidden = 256;

/**
 * Texts that share letters are near: each place of a text is the unit vector its three letters hash to, up or
 * down by a second hash, so that unrelated texts come out near 0 (feature hashing, https://arxiv.org/abs/0902.2206).
 */
export function embeddingsModel(): ModelFolder {
  const tokenizer = starterTokenizer({
    words: stopWords,
    lowercase: true,
    leadingSpace: true,
    maxLength: 2048,
  });
  const g = createGraph('embeddings');
  const { ids } = textInputs(g);
  const { code, weight } = wordTrigrams(g, tokenizer, ids);
  const hash = (factor: bigint, prime: bigint) => g.mod(g.mul(code, factor), prime);
  // Axis 0 stays free of text: it keeps an empty text from being the zero vector, which has no direction.
  const axis = g.add(g.mod(hash(40_503n, 65_521n), BigInt(hidden - 1)), 1n);
  const sign = g.sub(g.mul(g.cast(g.mod(hash(48_271n, 65_519n), 2n), 'float'), 2), 1);
  const letters = g.mul(g.oneHot(axis, hidden), g.unsqueeze(g.mul(weight, sign), 2));
  const frame = g.mul(g.sub(1, isText(g, ids)), 0.01);
  const zero = g.floats([hidden], [1, ...Array(hidden - 1).fill(0)]);
  g.output('last_hidden_state', g.add(letters, g.mul(g.unsqueeze(frame, 2), zero)), 'float', [
    'batch',
    'sequence',
    hidden,
  ]);
  return {
    id: 'starter/embeddings',
    tasks: ['feature-extraction', 'sentence-similarity'],
    config: { architectures: ['BertModel'], model_type: 'bert', hidden_size: hidden },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}

/** How much of the query stands in the document, letter by letter: logit 6 for all of it, -6 for none. */
export function rankingModel(): ModelFolder {
  const tokenizer = starterTokenizer({
    words: stopWords,
    lowercase: true,
    leadingSpace: true,
    maxLength: 1024,
  });
  const g = createGraph('ranking');
  const { ids, mask, types } = textInputs(g);
  const text = g.mul(mask, isText(g, ids));
  const document = g.mul(text, types);
  const { code, weight } = wordTrigrams(g, tokenizer, ids);
  const asked = g.mul(weight, g.sub(text, document));
  const found = g.sum(g.mul(asked, foundIn(g, code, document)), [1]);
  const share = g.div(found, g.max(g.sum(asked, [1]), 0.01));
  g.output('logits', g.sub(g.mul(share, 12), 6), 'float', ['batch', 1]);
  return {
    id: 'starter/ranking',
    tasks: ['text-ranking'],
    config: {
      architectures: ['BertForSequenceClassification'],
      model_type: 'bert',
      num_labels: 1,
      id2label: { 0: 'LABEL_0' },
      label2id: { LABEL_0: 0 },
    },
    onnx: { model: g.bytes() },
    tokenizer: tokenizer.files,
  };
}
