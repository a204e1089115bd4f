import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readUnit } from '../project/unit.ts';
import { textOf } from '../source.ts';
import { placedWords, tailOf } from './unit-words.ts';

const test = suite('unit-words');

function wordsIn(text: string) {
  const [entry] = readUnit({ path: 'web.container', text: `[Container]\n${text}` }).entries;
  return entry ? placedWords(entry, 'args') : [];
}

test('words have their places', () => {
  const words = wordsIn('PodmanArgs=  --init "--env=A B"');
  assert.equal(
    words.map(({ text, at }) => [text, textOf(at)]),
    [
      ['--init', '--init'],
      ['--env=A B', '"--env=A B"'],
    ],
  );
});

test('words of further lines have them too, and comments between are none', () => {
  const words = wordsIn('PodmanArgs=--init \\\n# why\n  --user 1000');
  assert.equal(
    words.map(({ at }) => textOf(at)),
    ['--init', '--user', '1000'],
  );
});

test('a word may be broken over two lines', () => {
  const [word] = wordsIn('PodmanArgs=--us\\\n  er');
  assert.is(word?.text, '--user');
  assert.is(word && textOf(word.at), '--us\\\n  er');
});

test('the tail of a quoted word is all of it', () => {
  const [plain, quoted] = wordsIn('PodmanArgs=--user=0 "--user=0"').map((word) => textOf(tailOf(word, 1)));
  assert.equal([plain, quoted], ['0', '"--user=0"']);
});

test('a value over half a million lines is read', () => {
  assert.is(wordsIn(`PodmanArgs=${'a \\\n'.repeat(500_000)}b`).length, 500_001);
});

test.run();
