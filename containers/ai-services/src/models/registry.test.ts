import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureOf } from './failure-under-test.ts';
import { cutAfter, sha256 } from './hub-under-test.ts';
import { readLock } from './lock.ts';
import { planFromLock } from './locked.ts';
import { pull } from './pull.ts';
import { parseChallenge, planFromRegistry } from './registry.ts';
import { artifact } from './registry-under-test.ts';
import { parseSource, type RegistrySource } from './source.ts';
import { gguf, type Workplace, withWorkplace } from './workplace-under-test.ts';

const body = gguf('registry');
const docker = 'application/vnd.docker.ai.gguf.v3';
const ollama = 'application/vnd.ollama.image.model';

const sourceOf = (place: Workplace, rest: string) =>
  parseSource(`oci://${place.server.host}/${rest}`) as RegistrySource;

const planOf = (place: Workplace, rest: string) => planFromRegistry(place.transport, sourceOf(place, rest));

test('a model comes from a registry: a token first, blobs from elsewhere without it, across a cut line', () =>
  withWorkplace(async (place) => {
    place.server.artifacts['ai/tiny:1b'] = artifact([
      { body: Buffer.from('{}'), mediaType: 'application/vnd.docker.ai.model.config.v0.1+json' },
      { body, mediaType: docker },
    ]);
    place.server.faults.push({ when: /GET \/blob/, act: cutAfter(1000) });
    assert.is(await pull(place, await planOf(place, 'ai/tiny:1b')), 'pulled');
    assert.equal(place.read('gguf/tiny-1b.gguf'), body);
    const { 'tiny-1b': entry } = await readLock(place.folder);
    assert.is(entry?.source, `oci://${place.server.host}/ai/tiny:1b`);
    assert.match(entry?.revision ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.is(entry?.files[0]?.from, `sha256:${sha256(body)}`);
    const cdn = place.server.seen.filter(({ at }) => at === 'cdn');
    assert.equal(
      cdn.map(({ authorization, range }) => [authorization, range]),
      [
        [undefined, undefined],
        [undefined, 'bytes=1000-'],
      ],
    );
    if (entry === undefined) return;
    assert.is(await pull(place, await planFromLock(place, 'tiny-1b', entry)), 'up to date');
  }));

test("ollama's layers, titles and projectors become file names", () =>
  withWorkplace(async (place) => {
    place.server.artifacts['library/llama:latest'] = artifact([{ body, mediaType: ollama }]);
    assert.equal(
      (await planOf(place, 'library/llama')).files.map(({ path }) => path),
      ['gguf/llama.gguf'],
    );
    place.server.artifacts['a/eyes:v'] = artifact([
      { body, mediaType: ollama },
      { body: gguf('p'), mediaType: 'application/vnd.ollama.image.projector' },
    ]);
    assert.equal(
      (await planOf(place, 'a/eyes:v')).files.map(({ path }) => path),
      ['gguf/eyes-v/eyes-v.gguf', 'gguf/eyes-v/mmproj-eyes-v.gguf'],
    );
    place.server.artifacts['a/titled:v'] = artifact([
      { body, mediaType: 'application/octet-stream', title: 'my-Q8_0.gguf' },
    ]);
    assert.is((await planOf(place, 'a/titled:v')).name, 'my-Q8_0');
    place.server.artifacts['a/networks:v'] = artifact([
      { body: Buffer.from('{}'), mediaType: 'application/json', title: 'config.json' },
      { body: Buffer.from('net'), mediaType: 'application/octet-stream', title: 'model.onnx' },
    ]);
    assert.equal(
      (await planOf(place, 'a/networks:v')).files.map(({ path }) => path),
      ['onnx/a/networks/config.json', 'onnx/a/networks/onnx/model.onnx'],
    );
  }));

test('an index leads to its model, and a digest that was asked for is held to', () =>
  withWorkplace(async (place) => {
    const model = artifact([{ body, mediaType: docker }]);
    const digest = `sha256:${sha256(JSON.stringify(model.manifest))}`;
    const manifests = [
      { digest: 'sha256:none', annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      { digest },
    ];
    place.server.artifacts['a/model:child'] = model;
    place.server.artifacts['a/model:index'] = { manifest: { manifests }, blobs: [] };
    assert.is((await planOf(place, 'a/model:index')).revision, digest);
    assert.is((await planOf(place, `a/model@${digest}`)).name, 'model');
    place.server.faults.push({
      when: new RegExp(`GET .*${digest}`),
      act: (_request, response) => void response.end('{"layers":[]}'),
    });
    assert.match(
      (await failureOf(() => planOf(place, `a/model@${digest}`))).message,
      `expected ${digest}, got sha256:`,
    );
  }));

test('what is no model, or not there, or hostile, is refused', () =>
  withWorkplace(async (place) => {
    place.server.artifacts['a/image:v'] = artifact([
      { body, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' },
    ]);
    assert.match(
      (await failureOf(() => planOf(place, 'a/image:v'))).message,
      'holds no GGUF and no ONNX file',
    );
    assert.match((await failureOf(() => planOf(place, 'a/none:v'))).message, 'there is no such file');
    place.server.artifacts['a/evil:v'] = artifact([
      { body: Buffer.from('{}'), mediaType: 'x', title: '../../config.json' },
      { body, mediaType: 'x', title: 'model.onnx' },
    ]);
    assert.match((await failureOf(() => planOf(place, 'a/evil:v'))).message, 'refusing the file name');
    place.server.artifacts['a/twice:v'] = artifact([
      { body, mediaType: docker, title: 'x.gguf' },
      { body, mediaType: docker, title: 'x.gguf' },
    ]);
    assert.is(
      (await failureOf(() => planOf(place, 'a/twice:v'))).message,
      'x: two of its layers are called the same',
    );
    place.server.artifacts['a/odd:v'] = {
      manifest: { layers: [{ mediaType: docker, digest: 'md5:x', size: 1 }] },
      blobs: [],
    };
    assert.match(
      (await failureOf(() => planOf(place, 'a/odd:v'))).message,
      'has no size or no sha256 digest',
    );
  }));

test('a challenge is read whatever its order', () => {
  assert.equal(parseChallenge('Bearer scope="s",service="v",realm="https://r"'), {
    scope: 's',
    service: 'v',
    realm: 'https://r',
  });
  assert.equal(parseChallenge('Basic realm="r"'), {});
});

test.run();
