import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { baseOf, containerfileOf } from '../project/containerfile.ts';
import { textOf } from '../source.ts';
import { parseCil } from './cil.ts';
import { at, itemsAt, keyAt, parseTrees, valueAt } from './tree.ts';

const source = (path: string, text: string) => ({ path, text });

test('YAML values, keys and aliases know their places', () => {
  const file = source('a.yaml', 'a: &x [1, two]\nb: *x\n---\nc:\n  d: true\n');
  const { trees, problems } = parseTrees(file, 'yaml-syntax');
  assert.equal(problems, []);
  assert.is(valueAt(trees[0], 'b', 1), 'two');
  assert.equal(
    itemsAt(trees[0], 'a').map(({ span }) => textOf(span)),
    ['1', 'two'],
  );
  const key = keyAt(at(trees[1], 'c'), 'd');
  assert.is(key && textOf(key.span), 'd');
  assert.is(valueAt(trees[1], 'c', 'd'), true);
  assert.is(valueAt(trees[1], 'c', 'missing', 3), undefined);
});

test('the last of equal keys counts', () => {
  assert.is(valueAt(parseTrees(source('a.yaml', 'a: 1\na: 2\n'), 'yaml-syntax').trees[0], 'a'), 2);
});

test('merge keys bring in what is not there already', () => {
  const text = 'a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 5\n';
  const tree = at(parseTrees(source('a.yaml', text), 'yaml-syntax').trees[0], 'c');
  assert.equal(
    ['x', 'y', 'z', '<<'].map((key) => valueAt(tree, key)),
    [5, 2, 4, undefined],
  );
});

test('JSON that is indented with tabs is read', () => {
  const { trees, problems } = parseTrees(source('a.json', '{\n\t"a": [\n\t\t1\n\t]\n}\n'), 'json-syntax');
  assert.equal(problems, []);
  assert.is(valueAt(trees[0], 'a', 0), 1);
});

test('a broken document is a problem, the others are read', () => {
  const { trees, problems } = parseTrees(source('a.yaml', 'a: 1\n---\nb: [1\n---\nc: 1\n'), 'yaml-syntax');
  assert.is(trees.length, 2);
  assert.ok(problems.length > 0);
});

test('aliases cannot multiply, nesting cannot overflow, an alias cannot hold itself', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) {
    bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join()}]`);
  }
  const hostile = [
    bomb.join('\n'),
    '['.repeat(100_000),
    '- '.repeat(100_000),
    `a:\n${' '.repeat(500)}b: 1`,
    'a: &a [*a]',
    'a: *missing',
    `${'{"a":'.repeat(20_000)}1`,
  ];
  for (const text of hostile) {
    const { trees, problems } = parseTrees(source('a.yaml', text), 'yaml-syntax');
    assert.equal(trees, []);
    assert.ok(problems.length > 0);
  }
});

test('CIL is lists of words, with comments and strings', () => {
  const { statements, problems } = parseCil(source('a.cil', '; head\n(filecon "/a b" any (u (s))) (x)'));
  assert.equal(problems, []);
  assert.equal(
    statements.map(({ span }) => textOf(span)),
    ['(filecon "/a b" any (u (s)))', '(x)'],
  );
  assert.is(parseCil(source('a.cil', '('.repeat(100_000))).problems.length, 1);
});

test('a Containerfile is instructions in stages', () => {
  const text = `ARG OTHER=1 BASE='docker.io/library/debian:forky'
# comment
FROM \${BASE} AS build
RUN apt-get update \\
    # inside
    && apt-get install x
RUN <<EOF
FROM nothing
EOF
RUN cat <<<EOF $((1<<N))
from build
USER 1:1
BOGUS x
`;
  const file = containerfileOf(source('Containerfile', text));
  assert.equal(
    file.stages.map((stage) => [
      stage.name,
      baseOf(stage, file),
      stage.instructions.map(({ keyword, value, heredocs }) => [keyword, value, ...heredocs]),
    ]),
    [
      [
        'build',
        'docker.io/library/debian:forky',
        [
          ['RUN', 'apt-get update && apt-get install x'],
          ['RUN', '<<EOF', 'FROM nothing\n'],
          ['RUN', 'cat <<<EOF $((1<<N))'],
        ],
      ],
      [undefined, 'build', [['USER', '1:1']]],
    ],
  );
  assert.equal(
    file.problems.map(({ message }) => message),
    ["'BOGUS' is no instruction"],
  );
});

test.run();
