import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asAccount } from './account.ts';
import { type ModelJob, modelCommand, starterCommand, variablesPassedOn } from './model-command.ts';
import { openOutput, planImport } from './model-files.ts';
import { modelUsage, parseVerb } from './model-verbs.ts';
import { parseOptions } from './options.ts';

const job: ModelJob = {
  name: 'p-models-job',
  image: 'i',
  volume: 'p-models',
  writes: true,
  network: 'none',
  input: false,
  env: ['HF_TOKEN'],
  args: ['remove', '--', 'x'],
};

/** The value after each `--flag`. */
const valuesOf = (argv: readonly string[], flag: string) =>
  argv.flatMap((word, index) => (word === flag ? [argv[index + 1]] : []));

test('every command on the models volume is confined, and offline unless it pulls', () => {
  for (const argv of [starterCommand('i', 'p-models'), modelCommand(job)]) {
    assert.equal(valuesOf(argv, '--network'), ['none']);
    assert.equal(valuesOf(argv, '--cap-drop'), ['all']);
    assert.equal(valuesOf(argv, '--security-opt'), [
      'no-new-privileges',
      'label=level:s0:c88,c808',
      'label=type:ai_semble_models_t',
      'label=filetype:ai_semble_models_file_t',
    ]);
    assert.equal(valuesOf(argv, '--volume'), ['p-models:/models:Z']);
    assert.ok(argv.includes('--read-only') && argv.includes('--rm'));
    assert.equal(valuesOf(argv, '--env'), []);
  }
  assert.equal(valuesOf(modelCommand({ ...job, writes: false }), '--volume'), ['p-models:/models:Z,ro']);
});

test('a pull sees the variables that are named, by name alone', () => {
  const { network: _none, ...online } = job;
  const argv = modelCommand(online);
  assert.equal(valuesOf(argv, '--network'), []);
  assert.equal(valuesOf(argv, '--env').slice(0, 2), ['HF_TOKEN', 'NODE_USE_ENV_PROXY=1']);
  assert.equal(
    variablesPassedOn({ HF_TOKEN: 'secret', https_proxy: 'http://p', HF_ENDPOINT: '', HOME: '/' }),
    ['https_proxy', 'HF_TOKEN'],
  );
});

test("the service account gets the caller's variables that are named, and no others", () => {
  const account = { name: 'a', uid: 1, gid: 1, home: '/home/a', runtimeFolder: '/run/user/1', service: true };
  process.env.HF_TOKEN = 'secret';
  try {
    const dropped = '--unset=HF_TOKEN';
    assert.ok(asAccount(account, ['podman']).includes(dropped));
    const kept = asAccount(account, ['podman'], {}, ['HF_TOKEN']);
    assert.not(kept.includes(dropped));
    assert.not.match(kept.join(' '), 'secret');
  } finally {
    delete process.env.HF_TOKEN;
  }
});

test('verbs, flags and arguments are held to what there is', () => {
  const parsed = (...argv: string[]) => {
    const values = parseOptions(modelUsage, argv);
    if (values === undefined) throw new Error('help was asked for');
    return parseVerb(values);
  };
  assert.equal(parsed(), { verb: 'list', names: [] });
  assert.equal(parsed('pull', 'hf://a/b', '--name', 'x'), { verb: 'pull', names: ['hf://a/b'] });
  assert.equal(parsed('pull', '--locked'), { verb: 'pull', names: [] });
  for (const [argv, message] of [
    [['lst'], "unknown verb 'lst'"],
    [['constructor'], "unknown verb 'constructor'"],
    [['pull'], 'pull takes at least one; got 0'],
    [['list', 'x'], 'list takes no argument; got 1'],
    [['import', 'a', 'b'], 'import takes one argument; got 2'],
    [['pull', '--locked', 'a', 'b'], 'pull takes at most 1; got 2'],
    [['remove', 'x', '--force'], '--force means nothing to remove'],
    [['pul', '--nam', 'x'], 'unknown flag --nam'],
  ] as Array<[string[], string]>) {
    assert.throws(
      () => parsed(...argv),
      (error: Error & { exit: number }) => error.message === message && error.exit === 2,
    );
  }
});

test('an import is a tar of what is given, or the tar that is given; an export is whole or not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-model-'));
  try {
    for (const name of ['x.gguf', 'x.tar']) writeFileSync(join(folder, name), name);
    const tar = ['tar', '-c', '--dereference', '--exclude=.git', '--exclude=.cache'];
    assert.equal(planImport(`file:${folder}/x.gguf`), {
      args: ['import-files', '--source', `file:${folder}/x.gguf`, '--label', 'x.gguf'],
      input: { command: [...tar, '-C', folder, './x.gguf'] },
    });
    assert.equal(planImport(folder).input, { command: [...tar, '-C', folder, '.'] });
    assert.equal(planImport(`file://${folder}/x.tar`), {
      args: ['import-bundle'],
      input: { file: join(folder, 'x.tar') },
    });
    assert.throws(() => planImport(join(folder, 'none')), /there is no/);
    assert.throws(() => openOutput(join(folder, 'x.tar'), false), /is there already/);
    const bad = openOutput(join(folder, 'x.tar'), true);
    bad.keep(false);
    assert.is(readFileSync(join(folder, 'x.tar'), 'utf8'), 'x.tar');
    const good = openOutput(join(folder, 'y.tar'), false);
    writeFileSync(good.fd, 'new');
    good.keep(true);
    assert.is(readFileSync(join(folder, 'y.tar'), 'utf8'), 'new');
    assert.throws(() => readFileSync(join(folder, 'y.tar.part')), /ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
