import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseShell, splitShell } from './shell.ts';

const test = suite('parse/shell');

const said = (text: string) =>
  parseShell(text).map(({ before, words }) => [before, ...words.map((word) => word.text)].join(' ').trim());

test('splits lists, pipes and groups', () => {
  assert.equal(said('a b && c || (d; e) | f & g'), ['a b', '&& c', '( d', '; e', '| f', '& g']);
});

test('takes quotes and backslashes off, and leaves what they hold in one word', () => {
  assert.equal(said(`echo "a | b" 'c;d' e\\ f "g\\"h\\n"`), ['echo a | b c;d e f g"h\\n']);
});

test('leaves redirections and comments out', () => {
  assert.equal(said('a >x 2>&1 <<EOF b # c | d\ne >/dev/null'), ['a b', '; e']);
});

test('finds commands inside of substitutions', () => {
  assert.equal(said('x=$(curl u) && bash <(wget v) `id`'), ['$( curl u', '&& bash', '<( wget v', '$( id']);
});

test('knows where words stand', () => {
  assert.equal(splitShell('  a "b c"  d'), [
    { text: 'a', start: 2, end: 3 },
    { text: 'b c', start: 4, end: 9 },
    { text: 'd', start: 11, end: 12 },
  ]);
});

test('takes what never ends', () => {
  assert.equal(said(`a "b`), ['a b']);
  assert.equal(said('a \\'), ['a']);
  assert.equal(said('((((('), []);
  assert.is(splitShell(`${'"\\'.repeat(500_000)}`).length, 1);
  assert.is(parseShell('a;'.repeat(200_000)).length, 200_000);
});

test.run();
