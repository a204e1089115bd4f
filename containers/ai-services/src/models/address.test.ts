import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planFromAddress } from './address.ts';
import { failureOf } from './failure-under-test.ts';
import { answerStatus, cutAfter, sha256 } from './hub-under-test.ts';
import { pull } from './pull.ts';
import { parseSource, sourceText, type UrlSource } from './source.ts';
import { request } from './transport.ts';
import { gguf, type Workplace, withWorkplace } from './workplace-under-test.ts';

const body = gguf('address');

/** The address of a file that a plain server would give. */
function offer(place: Workplace, bytes = body): string {
  place.server.repositories['o/r'] = { files: { 'm.gguf': bytes } };
  return `${place.server.url}/o/r/resolve/main/m.gguf`;
}

const planOf = (place: Workplace, text: string) =>
  planFromAddress(place.transport, parseSource(text) as UrlSource);

test('a file at an address is held to the hash that was given', () =>
  withWorkplace(async (place) => {
    const url = offer(place);
    assert.is(
      await pull(place, await planOf(place, `${url}#sha256=${sha256(body).toUpperCase()}`)),
      'pulled',
    );
    assert.equal(place.read('gguf/m.gguf'), body);
    const wrong = { ...(await planOf(place, `${url}#sha256=${'0'.repeat(64)}`)), name: 'x' };
    assert.match(
      (await failureOf(() => pull(place, wrong, { force: true }))).message,
      `expected sha256 ${'0'.repeat(64)}`,
    );
  }));

test('without a hash the user is told so, and the second pull is up to date', () =>
  withWorkplace(async (place) => {
    const url = `${offer(place)}?signature=secret`;
    assert.is(await pull(place, await planOf(place, url)), 'pulled');
    assert.ok(
      place.said.includes(
        `gguf/m.gguf: sha256 ${sha256(body)}, held against nothing: its source gives no hash`,
      ),
    );
    assert.not.match(place.read('models.lock.json').toString(), 'secret');
    assert.is(await pull(place, await planOf(place, url)), 'up to date');
  }));

test('an address without hash is resumed by its ETag, and from the start where the file is another now', () =>
  withWorkplace(async (place) => {
    const url = offer(place);
    const breakOff = async () => {
      place.server.faults.push({ when: /GET/, act: cutAfter(2000) });
      for (let i = 0; i < 4; i++) place.server.faults.push({ when: /GET/, act: answerStatus(500) });
      await failureOf(async () => pull(place, await planOf(place, url)));
    };
    await breakOff();
    assert.is(await pull(place, await planOf(place, url)), 'pulled');
    assert.is(place.server.seen.at(-1)?.range, 'bytes=2000-');
    assert.equal(place.read('gguf/m.gguf'), body);
    const next = gguf('other');
    offer(place, next);
    place.put('gguf/m.gguf', 'GGUF');
    place.server.faults.push({ when: /GET/, act: cutAfter(2000) });
    assert.is(await pull(place, await planOf(place, url)), 'pulled');
    assert.equal(place.read('gguf/m.gguf'), next);
    place.put('gguf/m.gguf', 'GGUF');
    await breakOff();
    offer(place, body);
    assert.is(await pull(place, await planOf(place, url)), 'pulled');
    assert.equal(place.read('gguf/m.gguf'), body);
  }));

test('unencrypted addresses need a word, and no redirect leads away from https', () =>
  withWorkplace(async (place) => {
    const { message, fix, exit } = await failureOf(() => planOf(place, 'http://models.example/x.gguf'));
    assert.is(message, 'http://models.example is not encrypted: anybody on the way could read and change it');
    assert.match(fix ?? '', '--insecure-http');
    assert.is(exit, 2);
    const redirect = (location: string) => ({
      ...place.transport,
      fetch: async () => new Response(null, { status: 302, headers: { location } }),
    });
    for (const location of ['http://127.0.0.1/x', 'file:///etc/passwd', 'http://models.example/']) {
      const { message: said } = await failureOf(() =>
        request(redirect(location), 'https://models.example/x'),
      );
      assert.match(said, /^models\.example redirects to .*which is not https$/);
    }
    const loop = await failureOf(() => request(redirect('/x'), 'https://models.example/x'));
    assert.is(loop.message, 'models.example redirects more than 10 times');
  }));

test('sources are read, and written as they were', () => {
  for (const text of [
    'hf://org/repo@main',
    'hf://org/repo@refs/pr/1:Q4_K_M',
    'hf://org/re.po_1@v1:sub/x-Q4.gguf',
    'oci://docker.io/ai/smollm2:135M-Q4_K_M',
    `oci://localhost:5000/a/b@sha256:${'a'.repeat(64)}`,
    'https://host.example/a/b.gguf',
  ]) {
    assert.is(sourceText(parseSource(text)), text);
  }
  assert.equal(parseSource('hf://org/repo'), { kind: 'hub', repo: 'org/repo', revision: 'main' });
});

test('what is no source is a mistake of the caller', async () => {
  for (const text of [
    ...[
      'org/repo',
      'hf://repo',
      'hf://../x',
      'hf://a/..',
      'hf://a/b@../x',
      'hf://a/b@',
      'oci://host',
      'oci://h/A:t',
    ],
    ...['https://h/x.bin', 'https://u:p@h/x.gguf', 'https://h/x.gguf#md5=1', 'ftp://h/x.gguf', ''],
  ]) {
    const { exit, message } = await failureOf(() => parseSource(text));
    assert.is(exit, 2, text);
    assert.match(message, /^cannot pull/);
  }
});

test.run();
