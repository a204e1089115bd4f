import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureOf } from './failure-under-test.ts';
import { answerStatus, cutAfter, sha256, token } from './hub-under-test.ts';
import { readLock } from './lock.ts';
import { gguf, offerTiny, pullFromHub, tiny, withWorkplace } from './workplace-under-test.ts';

const { name, file, path, body } = tiny;

test('the token goes to the hub and not to the host that it redirects to', () =>
  withWorkplace(
    async (place) => {
      offerTiny(place);
      await pullFromHub(place, 'hf://a/tiny-GGUF');
      const sent = place.server.seen.map(({ at, authorization }) => `${at} ${authorization ?? 'nothing'}`);
      assert.equal([...new Set(sent)].sort(), ['cdn nothing', `hub Bearer ${token}`]);
    },
    { token },
  ));

test('a line that is cut is taken up where it broke off', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.server.faults.push({ when: /GET \/blob/, act: cutAfter(2000) });
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
    assert.equal(place.read(path), body);
    assert.equal(
      place.server.seen.filter(({ at }) => at === 'cdn').map(({ range }) => range),
      [undefined, 'bytes=2000-'],
    );
    assert.equal(place.waits, [1000]);
  }));

test('a pull that was broken off for good goes on with the next one', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.server.faults.push({ when: /GET \/blob/, act: cutAfter(2000) });
    for (let i = 0; i < 4; i++) place.server.faults.push({ when: /GET \/blob/, act: answerStatus(503) });
    const { message, fix } = await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'));
    assert.is(message, `${file}: answered 503; gave up after 4 tries`);
    assert.match(fix ?? '', 'the same command goes on where this one stopped');
    assert.not(existsSync(join(place.folder, path)));
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
    assert.is(place.server.seen.at(-1)?.range, 'bytes=2000-');
    assert.equal(place.read(path), body);
  }));

test('a server that asks for patience gets it', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const later = 'Thu, 01 Jan 2026 00:00:09 GMT';
    place.server.faults.push({ when: /GET \/api/, act: answerStatus(429, { 'retry-after': '7' }) });
    place.server.faults.push({ when: /GET \/blob/, act: answerStatus(503, { 'retry-after': later, date }) });
    await pullFromHub(place, 'hf://a/tiny-GGUF');
    assert.equal(place.waits, [7000, 9000]);
    assert.is(place.said[0], 'a/tiny-GGUF: answered 429; trying again in 7 s');
  }));

test('a server that wants an hour is told of at once', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.server.faults.push({ when: /GET \/api/, act: answerStatus(429, { 'retry-after': '3600' }) });
    assert.match(
      (await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'))).message,
      'answered 429; gave up after one try',
    );
  }));

test('silence is broken off and tried again', () =>
  withWorkplace(
    async (place) => {
      offerTiny(place);
      place.server.faults.push({
        when: /GET \/blob/,
        act: (_request, response, bytes) => {
          response.writeHead(200, { 'content-length': bytes.length });
          response.write(bytes.subarray(0, 100));
        },
      });
      assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
      assert.ok(place.said.includes(`${file}: no bytes for 0.2 s; trying again in 1 s`));
      assert.is(place.server.seen.at(-1)?.range, 'bytes=100-');
    },
    { stallMs: 200 },
  ));

test('a server that takes the question and never answers is asked again', () =>
  withWorkplace(
    async (place) => {
      offerTiny(place);
      place.server.faults.push({ when: /GET \/api/, act: () => undefined });
      assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
      assert.is(place.said[0], `a/tiny-GGUF: ${place.server.host}: no answer for 0.2 s; trying again in 1 s`);
    },
    { stallMs: 200 },
  ));

test('a server that knows no ranges is read from the start again', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.server.faults.push({ when: /GET \/blob/, act: cutAfter(2000) });
    place.server.faults.push({
      when: /GET \/blob/,
      act: (_request, response, bytes) => {
        response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
      },
    });
    await pullFromHub(place, 'hf://a/tiny-GGUF');
    assert.equal(place.read(path), body);
  }));

test('bytes that are not the promised ones are deleted, and both hashes are named', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    const wrong = gguf('evil');
    place.server.faults.push({
      when: /GET \/blob/,
      act: (_request, response) => {
        response.writeHead(200, { 'content-length': wrong.length }).end(wrong);
      },
    });
    const { message } = await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'));
    assert.match(message, `expected sha256 ${sha256(body)}, got ${sha256(wrong)}`);
    assert.not(existsSync(join(place.folder, path)));
    assert.not(existsSync(join(place.folder, '.partial', name, path)));
    assert.equal(await readLock(place.folder), {});
  }));

test('more bytes than announced are refused', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.server.faults.push({
      when: /GET \/blob/,
      act: (_request, response, bytes) => void response.end(Buffer.concat([bytes, bytes])),
    });
    assert.match(
      (await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'))).message,
      'more arrives than the 5000 bytes',
    );
  }));

test('an interruption ends the wait for the next try', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.server.faults.push({
      when: /GET \/blob/,
      act: (_request, response, bytes) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 3000), () => setTimeout(() => place.stop.abort(), 50));
      },
    });
    assert.is(((await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'))) as Error).name, 'AbortError');
    assert.is(place.read(`.partial/${name}/${path}`).length, 3000);
  }));

test.run();
