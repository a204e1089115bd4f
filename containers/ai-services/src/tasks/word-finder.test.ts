import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wordFinder } from './word-finder.ts';

test('words are found whatever a tokenizer made of case, accents and spaces', () => {
  const text = 'Zoë met J. Müller in São Paulo 👋🏽 and Zoë left';
  const find = wordFinder(text);
  const found = (words: string, from = 0) => {
    const span = find(words, from);
    return span && text.slice(span.start, span.end);
  };
  assert.equal(
    ['zoe', 'j . muller', 'sao paulo', '👋 🏽', 'nobody', ' ', ''].map((words) => found(words)),
    ['Zoë', 'J. Müller', 'São Paulo', '👋🏽', undefined, undefined, undefined],
  );
  assert.equal(find('zoe', 1), { start: text.lastIndexOf('Zoë'), end: text.lastIndexOf('Zoë') + 3 });
  assert.is(find('zoe', text.length), undefined);
});

test('a word is found where it stands alone, before where it is a part of another', () => {
  const text = 'A comparison was made. Bob lives in Paris.';
  assert.equal(wordFinder(text)('paris', 0), { start: 36, end: 41 });
  assert.equal(wordFinder('comparison')('paris', 0), { start: 3, end: 8 });
});

test.run();
