import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseKube } from './kube-yaml.ts';

const text = `# head
apiVersion: v1
kind: Secret
---
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      image: x
    - name: b
      image: y
`;

test('documents come with their values and lines', () => {
  const { documents, problems } = parseKube(text);
  assert.equal(problems, []);
  assert.equal(
    documents.map(({ value }) => value.kind),
    ['Secret', 'Pod'],
  );
  const pod = documents[1];
  assert.is(pod?.lineOf(['spec', 'containers', 1, 'image']), 12);
  assert.is(pod?.lineOf(['spec', 'containers', 0, 'absent']), 9);
  assert.is(pod?.lineOf(['absent']), 5);
});

test('a syntax error is a problem with its line, other documents are still read', () => {
  const { documents, problems } = parseKube('a: 1\n---\nb: [1\n---\nc: 1\n');
  assert.is(documents.length, 2);
  assert.is(problems[0]?.line, 4);
});

test('empty documents are passed over, a scalar is a problem', () => {
  assert.equal(parseKube('---\n---\n'), { documents: [], problems: [] });
  assert.is(parseKube('just text').problems.length, 1);
});

test('aliases cannot multiply without end', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => [pair[0], pair[1]])) {
    bomb.push(
      `${to}: &${to} [*${from},*${from},*${from},*${from},*${from},*${from},*${from},*${from},*${from}]`,
    );
  }
  assert.throws(() => parseKube(bomb.join('\n')), /alias/i);
});

test.run();
