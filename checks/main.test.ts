import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../lib/paths.ts';
import schema from './format/findings.schema.json' with { type: 'json' };

const test = suite<{ folder: string }>('the command');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'ai-semble-check-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

const tidy = '[Container]\nReadOnly=true\n';
const writable = '[Container]\nReadOnly=ture\n';

/** Writes the files and runs the command among them; only what `container-read-only` and `unit-syntax` say counts. */
function run(folder: string, files: Readonly<Record<string, string | Uint8Array>>, ...args: string[]) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const main = join(root, 'checks/main.ts');
  const argv = ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), main, '--podman', '6.0', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('findings name the place, show the line and point at the word', ({ folder }) => {
  const { status, stdout, stderr } = run(folder, { 'web.container': writable }, 'web.container');
  assert.is(status, 1);
  const block =
    'web.container:2:10: warning: the root filesystem can be written: ReadOnly=ture [container-read-only]\n' +
    '  ReadOnly=ture\n' +
    '           ^~~~\n';
  assert.ok(stdout.includes(block), stdout);
  assert.match(stderr, /1 files, for podman 6\.0/);
});

test('the example in docs/checks.md is what is printed', ({ folder }) => {
  const [, example = ''] =
    /^```\n(quadlets\/web\.container:.*?)^```$/ms.exec(readFileSync(join(root, 'docs/checks.md'), 'utf8')) ??
    [];
  const text = `[Container]\n${'# \n'.repeat(7)}ReadOnly=ture\n`;
  assert.ok(example.length > 0);
  assert.ok(run(folder, { 'quadlets/web.container': text }, 'quadlets').stdout.includes(example));
});

test('only what reaches --fail-on fails', ({ folder }) => {
  const files = { 'web.container': '[Container]\nImage=localhost/web\n' };
  const without = ['--skip', skipping(folder, files, 'container-read-only')];
  assert.is(run(folder, files, ...without).status, 1);
  assert.is(run(folder, files, ...without, '--fail-on', 'error').status, 0);
  assert.is(
    run(folder, files, ...without, '--skip', 'container-read-only').stdout.includes('read-only'),
    false,
  );
});

/** Every rule but one that finds something here. */
function skipping(folder: string, files: Record<string, string>, but: string): string {
  const found = JSON.parse(run(folder, files, '--format', 'json').stdout) as Array<{ rule: string }>;
  return [...new Set(found.map(({ rule }) => rule))].filter((rule) => rule !== but).join();
}

test('the waiver of a rule that is left out is not called needless', ({ folder }) => {
  const files = {
    'web.container': '[Container]\n# ai-semble-ignore container-read-only: its updater writes\nReadOnly=no\n',
  };
  const rulesOf = (...args: string[]) =>
    JSON.parse(run(folder, files, '--format', 'json', ...args).stdout).map(
      ({ rule }: { rule: string }) => rule,
    );
  for (const args of [[], ['--skip', 'container-read-only']]) {
    assert.not(rulesOf(...args).includes('waiver'));
    assert.not(rulesOf(...args).includes('container-read-only'));
  }
});

test('JSON, SARIF, JUnit and GitHub say the same', ({ folder }) => {
  const files = { 'a<b.container': writable, 'tidy.network': '[Network]\n' };
  const json = JSON.parse(run(folder, files, '--format', 'json').stdout);
  const validate = new Ajv().compile(schema);
  assert.is(validate(json as unknown), true, JSON.stringify(validate.errors));
  const first = json.find(({ rule }: { rule: string }) => rule === 'container-read-only');
  assert.equal(
    { ...first, fixable: undefined },
    {
      file: 'a<b.container',
      line: 2,
      column: 10,
      endLine: 2,
      endColumn: 14,
      severity: 'warning',
      rule: 'container-read-only',
      message: 'the root filesystem can be written: ReadOnly=ture',
      fixable: undefined,
    },
  );
  const sarif = JSON.parse(run(folder, files, '--format', 'sarif').stdout).runs[0];
  assert.is(sarif.results.length, json.length);
  for (const { ruleId, ruleIndex } of sarif.results) assert.is(sarif.tool.driver.rules[ruleIndex].id, ruleId);
  const junit = run(folder, files, '--format', 'junit').stdout;
  assert.match(junit, '<testcase classname="ai-semble-check" name="a&lt;b.container">');
  assert.match(junit, /<testsuite name="ai-semble-check" tests="2" /);
  const github = run(folder, files, '--format', 'github').stdout;
  assert.is(github.trim().split('\n').length, json.length);
  assert.match(github, '::warning file=a<b.container,line=2,col=10,title=container-read-only::');
});

test('--fix shows the difference and makes it, --dry-run only shows it', ({ folder }) => {
  const before = '[Container]\nNoNewPrivileges=ture\nReadOnyl=true\n';
  const diff = '-NoNewPrivileges=ture\n-ReadOnyl=true\n+NoNewPrivileges=true\n+ReadOnly=true\n';
  const shown = run(folder, { 'web.container': before }, '--fix', '--dry-run');
  assert.ok(shown.stdout.replace(/^@@.*\n/gm, '').split('\n').length >= 6, shown.stdout);
  assert.is(readFileSync(join(folder, 'web.container'), 'utf8'), before);
  run(folder, {}, '--fix');
  assert.is(
    readFileSync(join(folder, 'web.container'), 'utf8'),
    '[Container]\nNoNewPrivileges=true\nReadOnly=true\n',
  );
  for (const line of diff.trim().split('\n')) assert.ok(shown.stdout.includes(line), line);
});

test('a rule explains itself, and all are listed', ({ folder }) => {
  const { stdout, status } = run(folder, {}, '--explain', 'unit-syntax');
  assert.is(status, 0);
  for (const part of ['unit-syntax (error)', 'Why: ', 'Fix: ', 'Evidence:\n  https://'])
    assert.match(stdout, part);
  const listed = run(folder, {}, '--list').stdout.trim().split('\n');
  assert.ok(listed.some((line) => /^unit-syntax +error +a line/.test(line)));
});

test('what cannot be done is said, with exit code 2', ({ folder }) => {
  const cases: Array<[args: string[], says: RegExp]> = [
    [['--explain', 'unit-sintax'], /did you mean unit-syntax/],
    [['--skip', 'nonsense-at-all'], /no rule 'nonsense-at-all'/],
    [['--podman', 'new'], /takes a version such as 5\.4/],
    [['missing.container'], /cannot read missing\.container: ENOENT/],
    [['notes.txt'], /notes\.txt is nothing that can be checked/],
    [['other.yaml'], /other\.yaml is nothing that can be checked/],
    [['--formt', 'json'], /did you mean --format/],
    [['--format', 'yaml'], /takes one of text, json/],
  ];
  for (const [args, says] of cases) {
    const { status, stderr } = run(folder, { 'notes.txt': 'x', 'other.yaml': 'a: 1\n' }, ...args);
    assert.is(status, 2, args.join(' '));
    assert.match(stderr, says);
  }
});

test('a folder is searched, but not its hidden and foreign parts, and never in circles', ({ folder }) => {
  symlinkSync('.', join(folder, 'loop'));
  const files = {
    'a/web.container': tidy,
    'a/web.container.d/10.conf': '[Container]\nReadOnly=false\n',
    'node_modules/x/web.container': writable,
    '.git/web.container': writable,
    'b/other.yaml': 'just: data\n',
    'b/package.json': '{}',
  };
  const found = JSON.parse(run(folder, files, '--format', 'json').stdout) as Array<{
    file: string;
    rule: string;
  }>;
  const places = found.filter(({ rule }) => rule === 'container-read-only').map(({ file }) => file);
  assert.equal(places, ['a/web.container.d/10.conf']);
});

test('nothing to check is clean', ({ folder }) => {
  const { status, stderr, stdout } = run(folder, {}, '.');
  assert.equal([status, stdout], [0, '']);
  assert.match(stderr, /clean: 0 files/);
});

test.run();
