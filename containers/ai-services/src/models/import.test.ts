import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exportModels } from './export.ts';
import { failureOf } from './failure-under-test.ts';
import { sha256 } from './hub-under-test.ts';
import { importBundle } from './import-bundle.ts';
import { importFiles } from './import-files.ts';
import { inventory } from './inventory.ts';
import { lockText, readLock } from './lock.ts';
import { remove } from './remove.ts';
import { verify } from './verify.ts';
import { gguf, type Workplace, withWorkplace } from './workplace-under-test.ts';

type Entry = [name: string, body: string | Buffer, header?: Partial<Header>];

async function tarOf(...entries: readonly Entry[]): Promise<Readable> {
  const tar = pack();
  for (const [name, body, header] of entries) tar.entry({ name, ...header }, body);
  tar.finalize();
  return Readable.from([await buffer(tar as unknown as Readable)]);
}

const folderOf = (place: Workplace, tar: Readable, name?: string) =>
  importFiles(place, tar, { source: 'file:/home/me/thing', label: 'thing', name });

async function exported(place: Workplace, names: readonly string[] = []): Promise<Buffer> {
  const out = new PassThrough();
  const [, bytes] = await Promise.all([exportModels(place, names, out), buffer(out)]);
  return bytes;
}

const settings: Entry[] = [
  ['./', '', { type: 'directory' }],
  ['./config.json', '{}'],
  ['./tokenizer.json', '{}'],
  ['./README.md', 'not wanted'],
];

test('a file and a folder are taken in, recorded as what they were', () =>
  withWorkplace(async (place) => {
    const body = gguf('mine');
    assert.equal(await folderOf(place, await tarOf(['./mine.gguf', body])), ['mine']);
    assert.equal(await folderOf(place, await tarOf(...settings, ['./onnx/model.onnx', 'net'])), [
      'local/thing',
    ]);
    assert.equal(await folderOf(place, await tarOf(...settings, ['./onnx/model.onnx', 'net']), 'me/it'), [
      'me/it',
    ]);
    const shards: Entry[] = [1, 2].map((part) => [`./big-0000${part}-of-00002.gguf`, gguf(`${part}`)]);
    assert.equal(await folderOf(place, await tarOf(...shards, ['./mmproj-F16.gguf', gguf('p')])), ['big']);
    assert.equal(
      (await inventory(place.folder)).map(({ name, state }) => `${name} ${state}`),
      ['big managed', 'local/thing managed', 'me/it managed', 'mine managed'],
    );
    const { mine, big } = await readLock(place.folder);
    assert.equal(mine?.files, [
      {
        path: 'gguf/mine.gguf',
        from: './mine.gguf'.slice(2),
        size: 5000,
        sha256: sha256(body),
        checked: 'nothing',
      },
    ]);
    assert.is(mine?.source, 'file:/home/me/thing');
    assert.is(big?.files.length, 3);
    assert.equal(readdirSync(join(place.folder, 'onnx/me/it')), ['config.json', 'onnx', 'tokenizer.json']);
    assert.equal(readdirSync(join(place.folder, '.partial')), []);
  }));

test('what is no model, or has the name of another, is refused and leaves nothing', () =>
  withWorkplace(async (place) => {
    await folderOf(place, await tarOf(['./mine.gguf', gguf('mine')]));
    const refused: Array<[Entry[], RegExp, string?]> = [
      [[['./mine.gguf', gguf('other')]], /another model called mine already, from file:/],
      [[['./page.gguf', '<html>']], /page.gguf is no GGUF file/],
      [[['./notes.txt', 'x']], /neither GGUF files nor a folder onnx/],
      [[['./onnx/model.onnx', 'net']], /no config.json beside onnx/],
      [
        [
          ['./a.gguf', gguf('a')],
          ['./b.gguf', gguf('b')],
        ],
        /--name can name only one/,
        'c',
      ],
      [[['./a-00001-of-00002.gguf', gguf('a')]], /1 of the 2 parts of a/],
      [[['./a.gguf', gguf('a')]], /cannot be the name of a GGUF model/, '../a'],
    ];
    for (const [entries, message, name] of refused) {
      assert.match(
        (await failureOf(async () => folderOf(place, await tarOf(...entries), name))).message,
        message,
      );
    }
    assert.equal(
      (await inventory(place.folder)).map(({ name }) => name),
      ['mine'],
    );
    assert.equal(readdirSync(join(place.folder, '.partial')), []);
  }));

test('a hostile tar writes nothing outside', () =>
  withWorkplace(async (place) => {
    for (const entry of [
      ['x.gguf', '', { type: 'symlink', linkname: '/etc/passwd' }],
      ['x.gguf', '', { type: 'link', linkname: '../../x' }],
      ['x.gguf', '', { type: 'character-device' }],
    ] as Entry[]) {
      const { message } = await failureOf(async () => folderOf(place, await tarOf(entry)));
      assert.match(message, /^refusing x\.gguf in the tar: it is a/);
    }
    // Not among the names that are wanted: passed over, never written.
    for (const name of ['../x.gguf', '/tmp/x.gguf', './a/../../x.gguf', 'onnx/../../x.onnx']) {
      assert.match(
        (await failureOf(async () => folderOf(place, await tarOf([name, gguf('x')])))).message,
        'has neither GGUF',
      );
    }
    assert.match(
      (await failureOf(async () => folderOf(place, await tarOf(['.x.gguf', gguf('x')])))).message,
      'refusing the file name',
    );
    assert.equal(await inventory(place.folder), []);
    assert.match(
      (await failureOf(() => folderOf(place, Readable.from([Buffer.alloc(2048, 'x')])))).message,
      'cannot be read as a tar',
    );
  }));

test('an export brings the same models to another machine, or those that are named', () =>
  withWorkplace(async (place) => {
    for (const name of ['one', 'two']) await folderOf(place, await tarOf([`./${name}.gguf`, gguf(name)]));
    await folderOf(place, await tarOf(...settings, ['./onnx/model.onnx', 'net']));
    const all = await exported(place);
    await withWorkplace(async (other) => {
      assert.equal(await importBundle(other, Readable.from([all])), ['local/thing', 'one', 'two']);
      assert.equal(await readLock(other.folder), await readLock(place.folder));
      assert.equal(
        (await verify(other, [])).map(({ state }) => state),
        ['ok', 'ok', 'ok'],
      );
      assert.equal(other.read('gguf/two.gguf'), gguf('two'));
      assert.equal(await importBundle(other, Readable.from([await exported(place, ['two'])])), ['two']);
    });
    await withWorkplace(async (other) => {
      await folderOf(other, await tarOf(['./one.gguf', gguf('different')]));
      assert.match(
        (await failureOf(() => importBundle(other, Readable.from([all])))).message,
        'another model called one',
      );
      assert.equal(
        (await inventory(other.folder)).map(({ name }) => name),
        ['one'],
      );
      assert.is((await importBundle(other, Readable.from([all]), { force: true })).length, 3);
    });
    place.put('gguf/one.gguf', gguf('damaged'));
    assert.match(
      (await failureOf(() => exported(place))).message,
      'gguf/one.gguf is damaged: expected sha256',
    );
    assert.match((await failureOf(() => exported(place, ['oen']))).fix ?? '', 'one');
    place.put('gguf/stray.gguf', gguf('stray'));
    assert.match((await failureOf(() => exported(place, ['stray']))).message, 'stray is not recorded');
  }));

test('a bundle that is not what its lock says brings nothing', () =>
  withWorkplace(async (place) => {
    const body = gguf('one');
    const file = {
      path: 'gguf/one.gguf',
      from: 'x',
      size: 5000,
      sha256: sha256(body),
      checked: 'sha256' as const,
    };
    const lock = (files: object[]) =>
      lockText({ one: { source: 'hf://a/b@main', format: 'gguf', pulled: 'x', files: files as never } });
    const head: Entry = ['models.lock.json', lock([file])];
    const good: Entry = ['gguf/one.gguf', body];
    const refused: Array<[Entry[], RegExp]> = [
      [[good], /must begin with models\.lock\.json/],
      [[], /it begins with nothing/],
      [[head], /the tar ends before gguf\/one\.gguf/],
      [[head, good, good], /is not in the tar's lock, or comes twice/],
      [[head, ['gguf/two.gguf', body]], /gguf\/two\.gguf is not in the tar's lock/],
      [[head, ['../one.gguf', body], good], /\.\.\/one\.gguf is not in the tar's lock/],
      [[head, ['gguf/one.gguf', gguf('two')]], /is not what its lock says: expected sha256/],
      [[head, ['gguf/one.gguf', 'short']], /expected 5000 bytes, got 5/],
      [[['models.lock.json', '{"version":2}'], good], /version 1 is what is understood here, got 2/],
      [[['models.lock.json', '{'], good], /models\.lock\.json cannot be used/],
      [[['models.lock.json', lock([{ ...file, path: '../gguf/one.gguf' }])], good], /refusing the file name/],
      [
        [['models.lock.json', lock([{ ...file, path: 'gguf/two.gguf' }])], good],
        /is no place for a file of one/,
      ],
      [[['models.lock.json', lock([{ ...file, sha256: 'x' }])], good], /has no sha256/],
    ];
    for (const [entries, message] of refused) {
      assert.match(
        (await failureOf(async () => importBundle(place, await tarOf(...entries)))).message,
        message,
      );
      assert.equal(await inventory(place.folder), []);
    }
    assert.equal(await importBundle(place, await tarOf(head, good)), ['one']);
  }));

test('verify tells what changed, what is missing, what is too much and what nobody recorded', () =>
  withWorkplace(async (place) => {
    await folderOf(place, await tarOf(...settings, ['./onnx/model.onnx', 'net']));
    await folderOf(place, await tarOf(['./good.gguf', gguf('good')]));
    place.put('onnx/local/thing/config.json', '[]');
    place.put('onnx/local/thing/extra.json', '');
    place.put('onnx/local/thing/onnx/model.onnx', 'longer');
    place.put('gguf/by-hand.gguf', gguf('x'));
    place.put('gguf/starter.gguf', gguf('x'));
    place.put('onnx/starter/eyes/config.json', '{}');
    assert.equal(
      (await verify(place, [])).map(({ state, model, path }) => [state, path ?? model].join(' ')),
      [
        'unmanaged by-hand',
        'ok good',
        'changed onnx/local/thing/config.json',
        'changed onnx/local/thing/onnx/model.onnx',
        'unexpected onnx/local/thing/extra.json',
        'starter starter',
        'starter starter/eyes',
      ],
    );
    assert.match((await failureOf(() => verify(place, ['god']))).fix ?? '', 'good');
    await failureOf(() => remove(place, ['good', 'nothing-like-it']));
    await remove(place, ['good', 'local/thing', 'by-hand', 'starter/eyes']);
    assert.equal(
      (await inventory(place.folder)).map(({ name }) => name),
      ['starter'],
    );
    assert.equal(await readLock(place.folder), {});
  }));

test.run();
