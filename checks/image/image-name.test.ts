import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseImageName } from './image-name.ts';

const test = suite('image-name');
const at = { source: { path: 'web.container', text: '' }, start: 0, end: 0 };
const digest = `sha256:${'0'.repeat(64)}`;

function read(text: string) {
  const image = parseImageName(text, at);
  return image && [image.registry, image.tag, image.digest];
}

test('registry, tag and digest', () => {
  assert.equal(read('quay.io/org/web:1'), ['quay.io', '1', undefined]);
  assert.equal(read('registry:5000/web'), ['registry:5000', undefined, undefined]);
  assert.equal(read(`localhost/web:1@${digest}`), ['localhost', '1', digest]);
  assert.equal(read('docker://docker.io/library/nginx'), ['docker.io', undefined, undefined]);
});

test('short names have no registry', () => {
  assert.equal(read('nginx'), [undefined, undefined, undefined]);
  assert.equal(read('org/web:2'), [undefined, '2', undefined]);
  assert.equal(read('web.example:2'), [undefined, '2', undefined]);
});

test('what is no name in a registry', () => {
  for (const text of ['', digest, '0'.repeat(64), 'web.image', 'web.build', '%i/web', 'oci:/srv/web']) {
    assert.is(read(text), undefined);
  }
});

test.run();
