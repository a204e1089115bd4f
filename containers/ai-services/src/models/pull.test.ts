import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureOf } from './failure-under-test.ts';
import { commit, sha256 } from './hub-under-test.ts';
import { readLock } from './lock.ts';
import { planFromLock, pullLocked } from './locked.ts';
import { pull } from './pull.ts';
import { gguf, offerTiny, pullFromHub, tiny, withWorkplace } from './workplace-under-test.ts';

const { name, file, path, body } = tiny;

test('a model is pulled, recorded, and up to date the second time', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
    assert.equal(place.read(path), body);
    assert.equal(await readLock(place.folder), {
      [name]: {
        source: 'hf://a/tiny-GGUF@main',
        revision: commit,
        format: 'gguf',
        license: 'mit',
        pulled: '2026-01-02T03:04:05.000Z',
        files: [{ path, from: file, size: body.length, sha256: sha256(body), checked: 'sha256' }],
      },
    });
    const asked = place.server.seen.filter(({ at }) => at === 'cdn').length;
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'up to date');
    assert.is(place.server.seen.filter(({ at }) => at === 'cdn').length, asked);
    assert.not(existsSync(join(place.folder, '.partial', name)));
  }));

test('what is gated or not there is told apart from what is broken', () =>
  withWorkplace(async (place) => {
    place.server.repositories['a/shut'] = { files: { [file]: body }, gated: true };
    const gated = await failureOf(() => pullFromHub(place, 'hf://a/shut'));
    assert.is(gated.message, 'the hub does not give out a/shut: it is gated, private, or not there');
    assert.match(gated.fix ?? '', /accept its terms at .*a\/shut and set HF_TOKEN/);
    assert.match((await failureOf(() => pullFromHub(place, 'hf://a/none'))).message, 'there is no such file');
  }));

test('a full disk says so and keeps what came', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.put(`.partial/${name}/gguf/other`, '');
    place.put(`.partial/${name}/identity/${path}`, sha256(body));
    symlinkSync('/dev/full', join(place.folder, '.partial', name, path));
    const { message } = await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'));
    assert.is(message, 'the models volume is full; what has arrived is kept');
    assert.not(existsSync(join(place.folder, '.partial', name, 'gguf/other')));
  }));

test('a model that could not fit is not begun', () =>
  withWorkplace(async (place) => {
    const siblings = [{ rfilename: file, size: 1e18 / 128, lfs: { sha256: sha256(body) } }];
    place.server.repositories['a/huge'] = { files: {}, listing: { sha: commit, siblings } };
    assert.match((await failureOf(() => pullFromHub(place, 'hf://a/huge'))).message, '7813 TB are missing');
    assert.is(place.server.seen.length, 1);
  }));

test('another model of that name is not replaced unless that is said', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.put(path, gguf('mine'));
    const { message } = await failureOf(() => pullFromHub(place, 'hf://a/tiny-GGUF'));
    assert.is(message, `there is another model called ${name} already, that nobody recorded`);
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF', { name: 'own' }), 'pulled');
    assert.equal(place.read('gguf/own.gguf'), body);
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF', { force: true }), 'pulled');
    assert.equal(place.read(path), body);
  }));

test('a file that is right already is taken over without a download', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    place.put(path, body);
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'up to date');
    assert.is(place.server.seen.length, 1);
    assert.equal(Object.keys(await readLock(place.folder)), [name]);
  }));

test('a damaged file is mended, and a new revision replaces the old', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    await pullFromHub(place, 'hf://a/tiny-GGUF');
    place.put(path, Buffer.from('GGUF').subarray(0, 3));
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
    assert.equal(place.read(path), body);
    const next = gguf('next');
    offerTiny(place, next);
    assert.is(await pullFromHub(place, 'hf://a/tiny-GGUF'), 'pulled');
    assert.equal(place.read(path), next);
  }));

test('a lock fetches the same bytes elsewhere, and refuses others', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    await pullFromHub(place, 'hf://a/tiny-GGUF');
    const [model] = Object.values(await readLock(place.folder));
    if (model === undefined) throw new Error('nothing was recorded');
    await withWorkplace(async (other) => {
      offerTiny(other);
      assert.is(await pull(other, await planFromLock(other, name, model)), 'pulled');
      assert.equal(other.read(path), body);
      assert.equal((await readLock(other.folder))[name], model);
    });
    await withWorkplace(async (other) => {
      offerTiny(other, gguf('evil'));
      assert.match(
        (await failureOf(async () => pull(other, await planFromLock(other, name, model)))).message,
        'expected sha256',
      );
    });
  }));

test('what a lock names and nobody can fetch keeps nothing else away, and is told at the end', () =>
  withWorkplace(async (place) => {
    offerTiny(place);
    await pullFromHub(place, 'hf://a/tiny-GGUF');
    const [model] = Object.values(await readLock(place.folder));
    if (model === undefined) throw new Error('nothing was recorded');
    await withWorkplace(async (other) => {
      offerTiny(other);
      const own = { ...model, source: 'file:/home/me/own.gguf' };
      const gone = { ...model, source: 'hf://a/gone@main' };
      const failure = await failureOf(() => pullLocked(other, { own, gone, [name]: model }));
      assert.equal([failure.message, failure.exit], ["2 of the lock's 3 models are not here", 1]);
      assert.equal(other.read(path), body);
      const told = other.said.filter((line) => /^error/.test(line));
      assert.is(told.length, 2);
      assert.match(told[0] ?? '', 'error: own: it came from file:/home/me/own.gguf');
      assert.match(told[1] ?? '', 'error: gone: ');
    });
  }));

test.run();
