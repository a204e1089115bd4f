import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../lib/paths.ts';
import { parseVersion } from '../lib/version.ts';
import { check } from './check.ts';
import { decode } from './files.ts';
import { fixesOf } from './fix.ts';
import { formatGithub, formatJunit } from './format/machine.ts';
import { formatText } from './format/text.ts';

const test = suite('hostile input');
const podman = parseVersion('6.0');

/** A pseudo-random generator, so that a failure can be had again. (mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c) */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Checks the bytes as a file of that name, and prints what was found: nothing of it may throw. */
function swallow(path: string, bytes: Uint8Array): number {
  const { source, problem } = decode(path, bytes);
  const sources = problem ? [] : [source];
  const { findings } = check(sources, { podman, unreadable: problem ? [problem] : [] });
  formatText(findings);
  formatGithub(findings);
  formatJunit(findings, [path]);
  fixesOf(findings);
  return findings.length;
}

/** Small real files of every kind: what mutations start from. */
function seeds(): Array<{ path: string; text: string }> {
  const folder = join(root, 'checks/rules');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/(good|bad)(\/|$)/.test(`${entry.parentPath}/`))
    .map((entry) => ({ path: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') }))
    .filter(({ text }) => text.length < 1500);
}

const pieces = [
  '\0',
  '\r\n',
  '\n',
  '\uFEFF',
  '\\',
  '\\\n',
  '"',
  "'",
  '%',
  '%%',
  '=',
  ':',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '&a',
  '*a',
  '<<: *a',
  '#',
  ';',
  '- ',
  '---\n',
  '\u0024{X}',
  '$(',
  '\u2028',
  '😀',
  '\uD800',
  '-1',
  '0',
  '999999999999999999999',
  '1e999',
  'true',
  'null',
  '!!binary',
  '|',
  '>',
  '\t',
  ' ',
  'a'.repeat(300),
  ',',
  '/',
  '../',
  '@',
  '.container',
  '.volume:/x:Z',
  '# ai-semble-ignore',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
];

/** Cuts, doubles, swaps and inserts at a few places. */
function mutate(text: string, other: string, random: (below: number) => number): string {
  let made = text;
  for (let round = random(4); round >= 0; round--) {
    const from = random(made.length + 1);
    const to = Math.min(made.length, from + random(40));
    const cut = made.slice(from, to);
    const insert = [
      '',
      cut + cut,
      pieces[random(pieces.length)] ?? '',
      other.slice(random(other.length + 1)).slice(0, random(200)),
      String.fromCharCode(random(0x10000)),
    ][random(5)];
    made = made.slice(0, from) + insert + made.slice(random(3) === 0 ? from : to);
  }
  return made;
}

test('100,000 mutated files of every kind are judged, whatever they hold', () => {
  const random = randomFrom(20_261_122);
  const files = seeds();
  assert.ok(files.length > 50);
  const pick = () => files[random(files.length)] ?? { path: '', text: '' };
  let findings = 0;
  for (let count = 0; count < 100_000; count++) {
    const file = pick();
    const text = mutate(file.text, pick().text, random);
    // The rest of the bytes of a cut character, as a file that was cut off has them.
    const bytes = Buffer.from(text);
    const path = random(20) === 0 ? pick().path : file.path;
    try {
      findings += swallow(path, random(50) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes);
    } catch (error) {
      throw new Error(`input ${count}, ${path}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
  assert.ok(findings > 100_000);
});

test('long lines, deep nesting and endless lists are judged in one go', () => {
  const large = 3_000_000;
  const units = [
    `[Container]\nExec=${'a '.repeat(large / 2)}`,
    `[Container]\nEnvironment=${'"a=b'.repeat(large / 4)}`,
    `[Container]\nVolume=${':'.repeat(large)}`,
    `[Container]\nImage=${'\\\n'.repeat(large / 2)}`,
    '[Container]\n'.repeat(large / 12),
    `[Container]\n${'PodmanArgs=--x=y\n'.repeat(60_000)}`,
    `[Container]\nExec=${'%'.repeat(large)}`,
    `[${'['.repeat(large)}`,
    '='.repeat(large),
  ];
  const trees = [
    `apiVersion: v1\nkind: Pod\nspec: ${'['.repeat(100_000)}`,
    `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n${'    - name: a\n'.repeat(20_000)}`,
    `apiVersion: v1\nkind: Pod\nmetadata: {name: "${'a'.repeat(large)}"}`,
    `apiVersion: v1\nkind: Pod\nx: &x [1]\n${'y: *x\n'.repeat(50_000)}`,
  ];
  const others: Array<[path: string, text: string]> = [
    [
      'seccomp/a.json',
      `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[${'{"names":["read"],"action":"SCMP_ACT_ALLOW"},'.repeat(20_000)}{}]}`,
    ],
    ['a.cil', '(allow a_t b_t (file (read)))'.repeat(50_000)],
    ['a.cil', `${'('.repeat(large)}`],
    ['Containerfile', `FROM x\nRUN ${'a && \\\n'.repeat(large / 7)}`],
    ['Containerfile', `${'FROM x AS y\n'.repeat(50_000)}`],
    ['Containerfile', `RUN ${'<<A '.repeat(20_000)}`],
  ];
  const inputs = [
    ...units.map((text) => ['a.container', text] as const),
    ...trees.map((text) => ['a.yaml', text] as const),
    ...others,
  ];
  for (const [path, text] of inputs) assert.ok(swallow(path, Buffer.from(text)) > 0, text.slice(0, 40));
});

test('what is no UTF-8 text is said to be none', () => {
  const utf16 = Buffer.from('\uFEFF[Container]\nImage=x\n', 'utf16le');
  for (const bytes of [utf16, Buffer.from([0xff, 0xfe, 0x41]), Buffer.from('[Container]\0')]) {
    const { findings } = check([], {
      podman,
      unreadable: [decode('a.container', bytes).problem].filter((each) => each !== undefined),
    });
    assert.equal(
      findings.map(({ rule }) => rule),
      ['unreadable-file'],
    );
  }
});

test.run();
