import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { csvFields } from './mounts.ts';

const test = suite('mounts');

test('fields are parted by commas, quotes hold them together', () => {
  assert.equal(csvFields('type=bind,src=/a,dst=/b'), ['type=bind', 'src=/a', 'dst=/b']);
  assert.equal(csvFields('"src=a,b",ro,'), ['src=a,b', 'ro', '']);
  assert.equal(csvFields('"a""b"'), ['a"b']);
});

test('what Go refuses has none', () => {
  for (const text of ['a"b', '"a', '"a"b', 'a\nb']) assert.is(csvFields(text), undefined);
});

test.run();
