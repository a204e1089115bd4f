import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseTrees } from '../parse/tree.ts';
import { kubeScalar } from './scalar.ts';

const test = suite('kubeScalar');

// Each was played as stringData of a Secret with podman 4.3.1 and read back from its secret store.
const played: ReadonlyArray<[written: string, text: string]> = [
  ['0755', '493'],
  ['089', '89'],
  ['00', '0'],
  ['-017', '-15'],
  ['0o17', '15'],
  ['0x1F', '31'],
  ['0b11', '3'],
  ['+5', '5'],
  ['-0', '0'],
  ['1_000', '1000'],
  ['1__0', '10'],
  ['_1', '_1'],
  ['12345678901234567890', '12345678901234567890'],
  ['123456789012345678901', '1.2345679e+20'],
  ['1e3', '1000'],
  ['0.5e3', '500'],
  ['1.10', '1.1'],
  ['1.0', '1'],
  ['10.', '10'],
  ['.5', '0.5'],
  ['0.1', '0.1'],
  ['3.14159265358979', '3.1415927'],
  ['100000.5', '100000.5'],
  ['1234567.5', '1.2345675e+06'],
  ['16777217.0', '1.6777216e+07'],
  ['1e-5', '1e-05'],
  ['1e21', '1e+21'],
  ['2001-01-01', '2001-01-01T00:00:00Z'],
  ['True', 'true'],
  ['yes', 'yes'],
  ['on', 'on'],
  ['1:30', '1:30'],
  ['~', ''],
  ['"0755"', '0755'],
  ["'1.10'", '1.10'],
];

for (const [written, text] of played) {
  test(`${written} becomes '${text}'`, () => assert.is(scalar(`a: ${written}\n`).text, text));
}

test('a block of text stays, a tagged value is not judged', () => {
  assert.equal(scalar('a: |\n  0755\n'), { kind: 'text', text: '0755\n' });
  assert.is(scalar('a: !!str 0755\n').kind, 'unknown');
});

function scalar(text: string) {
  const [tree] = parseTrees({ path: 'x.yaml', text }, 'yaml-syntax').trees;
  const value = tree?.type === 'map' ? tree.entries[0]?.value : undefined;
  if (value?.type !== 'scalar') throw new Error('no scalar');
  return kubeScalar(value);
}

test.run();
