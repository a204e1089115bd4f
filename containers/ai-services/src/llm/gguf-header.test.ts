import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GgufValue, writeGguf } from '../starter/gguf.ts';
import { readGgufHeader } from './gguf-header.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-semble-gguf-'));
test.after(() => rmSync(folder, { recursive: true }));

test('a file that is broken, cut short or hostile is an error, not a guess', () => {
  const cases: readonly [Buffer, RegExp][] = [
    [Buffer.from('GGU'), /ends within its header/],
    [Buffer.from('PK\x03\x04 and more'), /not a GGUF file/],
    [Buffer.from([0x47, 0x47, 0x55, 0x46, 9, 0, 0, 0]), /version 9/],
    [
      Buffer.concat([Buffer.from('GGUF\x03\0\0\0'), Buffer.alloc(8), Buffer.alloc(8, 0xff)]),
      /length of 18446744073709551615/,
    ],
    [
      writeGguf({ k: { type: 'string', value: 'x'.repeat(100) } }, []).subarray(0, 60),
      /ends within its header/,
    ],
  ];
  for (const [bytes, words] of cases) {
    const path = join(folder, 'broken.gguf');
    writeFileSync(path, bytes);
    assert.throws(() => readGgufHeader(path), words);
  }
});

test('counts that a file of holes makes good are refused before they are counted through', () => {
  const path = join(folder, 'holes.gguf');
  const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
  const array = 9;
  for (const itemType of [4, 8]) {
    const head = [
      Buffer.from('GGUF'),
      u32(3),
      u64(0),
      u64(1),
      u64(1),
      Buffer.from('k'),
      u32(array),
      u32(itemType),
    ];
    writeFileSync(path, Buffer.concat([...head, u64(2 ** 50)]));
    truncateSync(path, 2 ** 42);
    assert.throws(() => readGgufHeader(path), /header is longer than 67108864 bytes/);
  }
});

test('the header is read without what is long: texts by their number, numbers by their value', () => {
  const path = join(folder, 'h.gguf');
  const metadata: Record<string, GgufValue> = {
    tokens: { type: 'strings', value: ['a', 'bc', ''] },
    scores: { type: 'f32s', value: Array.from({ length: 5000 }, () => 1) },
    few: { type: 'i32s', value: [1, 2] },
    yes: { type: 'bool', value: true },
    name: { type: 'string', value: 'ü' },
  };
  writeFileSync(path, writeGguf(metadata, []));
  const { scalars, arrays, lengths } = readGgufHeader(path);
  assert.equal(
    [...scalars],
    [
      ['yes', true],
      ['name', 'ü'],
    ],
  );
  assert.equal([...arrays], [['few', [1, 2]]]);
  assert.equal(
    [...lengths],
    [
      ['tokens', 3],
      ['scores', 5000],
      ['few', 2],
    ],
  );
});

test.run();
