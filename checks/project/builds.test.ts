import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildsOf, layersOf } from './builds.ts';
import { readProject } from './project.ts';

const test = suite('project/builds');

const project = readProject([
  {
    path: 'containers/base/Containerfile',
    text: 'FROM docker.io/library/debian:13 AS a\nFROM a\nRUN base\n',
  },
  {
    path: 'containers/web/Containerfile',
    text: 'FROM localhost/shop/base:1 AS test\nRUN test\nFROM localhost/base\nRUN web\n',
  },
  { path: 'containers/Containerfile.job', text: 'FROM scratch\n' },
  { path: 'containers/loop/Containerfile', text: 'FROM localhost/loop\n' },
]);

const pathsOf = (image: string) => buildsOf(image, project).map(({ source }) => source.path);

test('finds the Containerfile of a local image by its name', () => {
  assert.equal(pathsOf('localhost/shop/web:latest'), ['containers/web/Containerfile']);
  assert.equal(pathsOf('localhost/shop-web@sha256:aa'), ['containers/web/Containerfile']);
  assert.equal(pathsOf('localhost/job'), ['containers/Containerfile.job']);
  for (const other of ['localhost/api', 'docker.io/library/web', 'web', '', 'localhost/'])
    assert.equal(pathsOf(other), []);
});

test("follows local bases down to where somebody else's image begins", () => {
  const layers = layersOf('localhost/web', project);
  assert.is(layers?.base, 'docker.io/library/debian:13');
  assert.equal(
    layers?.stages.flatMap(({ instructions }) => instructions.map(({ value }) => value)),
    ['web', 'base'],
  );
  assert.is(layersOf('localhost/loop', project), undefined);
  assert.is(layersOf('localhost/api', project), undefined);
});

test.run();
