import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCil } from '../parse/cil.ts';
import { accessOf, join, overlap } from './access-vector.ts';

const test = suite('access vectors');

function access(text: string) {
  return accessOf(parseCil({ path: 'x.cil', text }).statements[0]);
}

test('reads a class and its permissions', () => {
  assert.equal(access('(file (read open))'), new Map([['file', new Set(['read', 'open'])]]));
});

test('takes a complement and all for everything', () => {
  for (const text of ['(file (all))', '(file (not (read)))', '(file (xor (read) (all)))'])
    assert.equal([...access(text)], [['file', undefined]]);
});

test('is silent about what is no class with permissions', () => {
  for (const text of ['(file)', '(file read)', '((file) (read))', '()']) assert.is(access(text).size, 0);
});

test('joins permissions by class', () => {
  const joined = new Map([['file', new Set(['read'])]]);
  join(joined, access('(file (open))'));
  join(joined, access('(dir (search))'));
  assert.equal([...joined.keys()], ['file', 'dir']);
  join(joined, access('(file (all))'));
  join(joined, access('(file (write))'));
  assert.is(joined.get('file'), undefined);
});

test('tells what two have in common', () => {
  const [some, all, dir] = [access('(file (read open))'), access('(file (all))'), access('(dir (read))')];
  assert.equal(overlap(some, all), { objectClass: 'file', permissions: ['read', 'open'] });
  assert.equal(overlap(all, all), { objectClass: 'file', permissions: ['all'] });
  assert.is(overlap(some, dir), undefined);
});

test.run();
