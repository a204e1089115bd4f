import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureOf } from './failure-under-test.ts';
import { planFromHub } from './hub.ts';
import { commit, type Repository } from './hub-under-test.ts';
import type { Plan } from './plan.ts';
import { pull } from './pull.ts';
import { type HubSource, parseSource } from './source.ts';
import { gguf, type Workplace, withWorkplace } from './workplace-under-test.ts';

const small = (...names: string[]) => Object.fromEntries(names.map((name) => [name, Buffer.from(name)]));

async function planOf(place: Workplace, repository: Repository, pick = '', name?: string): Promise<Plan> {
  place.server.repositories['o/r'] = repository;
  return planFromHub(place.transport, place.hub, parseSource(`hf://o/r${pick}`) as HubSource, name);
}

const pathsOf = ({ files }: Plan) => files.map(({ path }) => path);

const quants = small(
  'README.md',
  'm-Q2_K.gguf',
  'm-Q4_K_M.gguf',
  'm-Q4_K_S.gguf',
  'm-Q8_0.gguf',
  'm-UD-Q4_K_XL.gguf',
);

test('of several quantisations Q4_K_M is the default, and others are picked by tag, whatever their case', () =>
  withWorkplace(async (place) => {
    const chosen = async (pick: string) => pathsOf(await planOf(place, { files: quants }, pick));
    assert.equal(await chosen(''), ['gguf/m-Q4_K_M.gguf']);
    assert.equal(await chosen(':q8_0'), ['gguf/m-Q8_0.gguf']);
    assert.equal(await chosen(':Q4_K_S'), ['gguf/m-Q4_K_S.gguf']);
    assert.equal(await chosen(':m-Q2_K.gguf'), ['gguf/m-Q2_K.gguf']);
    assert.equal(await chosen(':UD-Q4_K_XL'), ['gguf/m-UD-Q4_K_XL.gguf']);
  }));

test('the plainest of names with a tag is meant', () =>
  withWorkplace(async (place) => {
    const files = small('m-UD-Q4_K_M.gguf', 'm-Q4_K_M.gguf');
    assert.equal(pathsOf(await planOf(place, { files })), ['gguf/m-Q4_K_M.gguf']);
  }));

test('where nothing is clear the choices are listed with their sizes', () =>
  withWorkplace(async (place) => {
    const { message, fix, exit } = await failureOf(() => planOf(place, { files: quants }, ':Q4_K'));
    assert.match(
      message,
      "o/r has 5 GGUF models, and none of them fit 'Q4_K':\n  m-Q2_K  11 B\n  m-Q4_K_M  13 B",
    );
    assert.is(fix, 'name one: hf://o/r:m-Q2_K');
    assert.is(exit, 2);
    const other = { files: small('a-IQ1_S.gguf', 'b-IQ1_S.gguf') };
    assert.match((await failureOf(() => planOf(place, other))).message, 'it is not clear which is wanted');
    assert.match((await failureOf(() => planOf(place, other, ':IQ1_S'))).message, "2 of them fit 'IQ1_S'");
  }));

test('shards come together, in a folder, and none may be missing', () =>
  withWorkplace(async (place) => {
    const [one, two] = ['Q4_K_M/m-Q4_K_M-00001-of-00002.gguf', 'Q4_K_M/m-Q4_K_M-00002-of-00002.gguf'];
    const plan = await planOf(place, { files: small(one, two) });
    assert.is(plan.name, 'm-Q4_K_M');
    assert.equal(pathsOf(plan), [
      'gguf/m-Q4_K_M/m-Q4_K_M-00001-of-00002.gguf',
      'gguf/m-Q4_K_M/m-Q4_K_M-00002-of-00002.gguf',
    ]);
    const { message } = await failureOf(() => planOf(place, { files: small(one) }));
    assert.is(message, 'o/r has 1 of the 2 parts of m-Q4_K_M');
  }));

test('the projector for images comes along, in F16 where there is one', () =>
  withWorkplace(async (place) => {
    const files = small('m-Q4_K_M.gguf', 'mmproj-BF16.gguf', 'mmproj-F16.gguf', 'mmproj-F32.gguf');
    const plan = await planOf(place, { files });
    assert.equal(pathsOf(plan), ['gguf/m-Q4_K_M/m-Q4_K_M.gguf', 'gguf/m-Q4_K_M/mmproj-F16.gguf']);
    const other = await planOf(place, { files: small('m.gguf', 'm.mmproj-q8_0.gguf') }, '', 'eyes');
    assert.equal(pathsOf(other), ['gguf/eyes/m.gguf', 'gguf/eyes/mmproj-m.mmproj-q8_0.gguf']);
  }));

const onnx = small(
  ...[
    'README.md',
    'config.json',
    'tokenizer.json',
    'preprocessor_config.json',
    'other.json',
    'model.safetensors',
  ],
  ...['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model_fp16.onnx', 'onnx/model_quantized.onnx'],
);

test('an ONNX model is its settings and the networks of one kind of numbers', () =>
  withWorkplace(async (place) => {
    const plan = await planOf(place, { files: onnx });
    assert.is(plan.name, 'o/r');
    const settings = ['config.json', 'tokenizer.json', 'preprocessor_config.json'].map(
      (name) => `onnx/o/r/${name}`,
    );
    assert.equal(pathsOf(plan), [...settings, 'onnx/o/r/onnx/model.onnx', 'onnx/o/r/onnx/model.onnx_data']);
    const picked = async (pick: string) => pathsOf(await planOf(place, { files: onnx }, pick)).slice(3);
    assert.equal(await picked(':fp16'), ['onnx/o/r/onnx/model_fp16.onnx']);
    assert.equal(await picked(':q8'), await picked(':quantized'));
    assert.equal(await picked(':Q8'), ['onnx/o/r/onnx/model_quantized.onnx']);
    const { message } = await failureOf(() => planOf(place, { files: onnx }, ':bnb4'));
    assert.is(message, 'o/r has no bnb4; it has fp32, q8, fp16');
  }));

test('a merged decoder makes its halves unnecessary', () =>
  withWorkplace(async (place) => {
    const networks = ['encoder_model', 'decoder_model', 'decoder_with_past_model', 'decoder_model_merged'];
    const names = networks.flatMap((name) => [`onnx/${name}.onnx`, `onnx/${name}_quantized.onnx`]);
    const files = small('config.json', ...names);
    assert.equal(pathsOf(await planOf(place, { files })).slice(1), [
      'onnx/o/r/onnx/encoder_model.onnx',
      'onnx/o/r/onnx/decoder_model_merged.onnx',
    ]);
    assert.is((await planOf(place, { files }, ':q8')).files.length, 3);
  }));

test('an ONNX model is pulled whole: git hashes for small files, SHA-256 for large ones', () =>
  withWorkplace(async (place) => {
    const plan = await planOf(place, { files: onnx, large: ['onnx/model.onnx'] });
    assert.is(await pull(place, plan), 'pulled');
    assert.is(place.read('onnx/o/r/onnx/model.onnx').toString(), 'onnx/model.onnx');
    assert.is(await pull(place, plan), 'up to date');
    const lock = JSON.parse(place.read('models.lock.json').toString());
    const checked = lock.models['o/r'].files.map((file: { checked: string }) => file.checked);
    assert.equal(checked, ['git-sha1', 'git-sha1', 'git-sha1', 'sha256', 'git-sha1']);
    const wrong = { ...plan, files: plan.files.map((file) => ({ ...file, gitSha1: '0'.repeat(40) })) };
    assert.match(
      (await failureOf(() => pull(place, wrong, { force: true }))).message,
      `expected git sha1 ${'0'.repeat(40)}`,
    );
  }));

test('a repository in another format is told what is served here', () =>
  withWorkplace(async (place) => {
    const { message, fix } = await failureOf(() => planOf(place, { files: small('model.safetensors') }));
    assert.match(message, 'o/r has neither GGUF files nor a folder onnx/');
    assert.is(fix, 'look on the hub for r-GGUF, or for onnx-community/r');
  }));

test('a hub that names hostile files writes nowhere', () =>
  withWorkplace(async (place) => {
    const blobId = '0'.repeat(40);
    for (const rfilename of [
      '../x.gguf',
      '/etc/x.gguf',
      'a/../../x.gguf',
      '.ssh/x.gguf',
      'a\u001b[2J.gguf',
      'a\\b.gguf',
    ]) {
      const listing = { sha: commit, siblings: [{ rfilename, size: 4, blobId }] };
      const { message } = await failureOf(() => planOf(place, { files: {}, listing }));
      assert.match(message, /^refusing the file name|cannot be the name of a GGUF model/);
      assert.not.match(message, '\u001b');
    }
    const siblings = [{ rfilename: 'x.gguf', size: 4, blobId }];
    for (const sha of ['../../x', undefined, 7]) {
      const { message } = await failureOf(() => planOf(place, { files: {}, listing: { sha, siblings } }));
      assert.is(message, 'o/r: the hub names no commit');
    }
    for (const listing of [
      [],
      'text',
      { sha: commit, siblings: 'x' },
      { sha: commit, siblings: [null, {}] },
    ]) {
      await failureOf(() => planOf(place, { files: {}, listing }));
    }
  }));

test('something else under the name of a model is not kept', () =>
  withWorkplace(async (place) => {
    const plan = await planOf(place, { files: { 'm.gguf': Buffer.from('<html>sign in</html>') } });
    assert.is(
      (await failureOf(() => pull(place, plan))).message,
      'm.gguf is no GGUF file: it does not begin with GGUF',
    );
    const good = await planOf(place, { files: { 'm.gguf': gguf('x') } });
    assert.is(await pull(place, good), 'pulled');
  }));

test.run();
