import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { groupWords, labelWords, type ScoredToken } from './word-labels.ts';

const labels = { 0: 'O', 1: 'B-PER', 2: 'I-PER', 3: 'I-LOC' };
const token = (start: number, goesOn: boolean, ...scores: number[]): ScoredToken => ({
  id: BigInt(start),
  scores,
  start,
  end: start + 2,
  goesOn,
});

test('a word has the label of its first token, of its surest, or the best in the mean', () => {
  const word = [
    token(0, false, 0.1, 0.6, 0.3, 0),
    token(2, true, 0.8, 0.1, 0.1, 0),
    token(4, true, 0.2, 0, 0.8, 0),
  ];
  const of = (strategy: 'first' | 'max' | 'average') => {
    const [labelled, ...others] = labelWords(word, strategy, labels);
    assert.equal(others, []);
    return [labelled?.label, labelled?.score.toFixed(3)];
  };
  assert.equal(of('first'), ['B-PER', '0.600']);
  assert.equal(of('max'), ['O', '0.800']);
  assert.equal(of('average'), ['I-PER', '0.400']);
});

test('neighbours with one label are one entity, unless one begins another', () => {
  const words = [
    token(0, false, 0, 1, 0, 0),
    token(3, false, 0, 0, 0.5, 0),
    token(6, false, 0, 1, 0, 0),
    token(9, false, 1, 0, 0, 0),
    token(12, false, 0, 0, 0, 1),
  ];
  const groups = groupWords(labelWords(words, 'first', labels));
  assert.equal(
    groups.map(({ entity_group, score, start, end }) => [entity_group, score, start, end]),
    [
      ['PER', 0.75, 0, 5],
      ['PER', 1, 6, 8],
      ['O', 1, 9, 11],
      ['LOC', 1, 12, 14],
    ],
  );
});

test.run();
