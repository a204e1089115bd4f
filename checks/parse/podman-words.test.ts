import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { podmanWords } from './podman-words.ts';

const test = suite('podman-words');
const split = (value: string, form: 'words' | 'args') =>
  podmanWords(value, form).words.map(({ text }) => text);

test('words end at blanks, quotes hold them together', () => {
  assert.equal(split(' a  "b c" d\'e f\'', 'words'), ['a', 'b c', 'de f']);
  assert.equal(split('a\\tb', 'words'), ['a\\tb']);
});

test('an open quote drops words, arguments forgive it', () => {
  assert.match(podmanWords('a "b', 'words').dropped ?? '', 'never closed');
  assert.equal(split('a "b c', 'args'), ['a', 'b c']);
});

test('arguments know the escapes of C; one they do not know drops them all', () => {
  assert.equal(split('\\x41\\102\\u0043\\s\\t', 'args'), ['ABC \t']);
  assert.equal(split('a\\', 'args'), ['a']);
  for (const value of ['a \\q', '\\x4', '\\000', '\\400', '\\U00110000']) {
    assert.equal(split(value, 'args'), []);
    assert.ok(podmanWords(value, 'args').dropped);
  }
});

test('an empty word ends it all', () => {
  assert.equal(split('a "" b', 'args'), ['a']);
  assert.ok(podmanWords('a "" b', 'args').dropped);
});

test('each word knows its place', () => {
  assert.equal(podmanWords('a  "b c"', 'args').words[1], { text: 'b c', start: 3, end: 8 });
});

test.run();
