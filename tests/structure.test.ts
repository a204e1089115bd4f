import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../lib/paths.ts';

const skipped = new Set(['node_modules', '.git', 'coverage', '.cache']);

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  .filter((file) => !file.split('/').some((part) => skipped.has(part)));

const sources = files.filter((file) => file.endsWith('.ts'));
const tests = sources.filter((file) => file.endsWith('.test.ts'));
const text = (file: string) => readFileSync(join(root, file), 'utf8');

/** Where knowledge may flow: a file under the first folder imports only from those named. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: ['lib'],
  checks: ['checks', 'lib'],
  scripts: ['lib', 'checks'],
  tests: ['tests', 'lib', 'checks', 'containers'],
  containers: ['containers'],
};

function importsOf(file: string): string[] {
  return [...text(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(file), match[1] ?? '')),
  );
}

test('knowledge flows in one direction', () => {
  const wrong = sources.flatMap((file) => {
    const allowed = mayImport[file.split('/')[0] ?? ''] ?? [];
    return importsOf(file)
      .filter((target) => !allowed.includes(target.split('/')[0] ?? ''))
      .map((target) => `${file} → ${target}`);
  });
  assert.equal(wrong, []);
});

test('a service imports its own files and the kit, nothing else', () => {
  const wrong = sources
    .filter((file) => file.startsWith('containers/'))
    .flatMap((file) => {
      const own = file.split('/').slice(0, 2).join('/');
      return importsOf(file)
        .filter((target) => !target.startsWith(`${own}/`) && !target.startsWith('containers/base/kit/'))
        .map((target) => `${file} → ${target}`);
    });
  assert.equal(wrong, []);
});

test('every import leads to a file', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file).filter((target) => !existsSync(join(root, target))),
  );
  assert.equal(wrong, []);
});

test('no source file is longer than 250 lines', () => {
  const long = files.filter(
    (file) => /\.(ts|mjs|bats|bash)$/.test(file) && text(file).split('\n').length > 251,
  );
  assert.equal(long, []);
});

test('every test suite runs: uvu passes over one that does not call test.run()', () => {
  assert.equal(
    tests.filter((file) => !/^test\.run\(\);$/m.test(text(file))),
    [],
  );
});

test('every Make target that is a verb has its line of help', () => {
  const makefile = text('Makefile');
  const phony = /^\.PHONY: (.*?)(?<!\\)\n/ms.exec(makefile)?.[1]?.replaceAll('\\\n', ' ').split(/\s+/) ?? [];
  const helped = [...makefile.matchAll(/^([a-z-]+):.*## \S/gm)].map((match) => match[1]);
  assert.ok(phony.length > 15);
  assert.equal(
    phony.filter((verb) => !helped.includes(verb)),
    [],
  );
});

test('every script is reachable by a Make target, and every target leads to one', () => {
  const makefile = text('Makefile');
  const called = [...makefile.matchAll(/scripts\/([a-z-]+)\.ts/g)].map((match) => match[1]);
  const scripts = files.filter((file) => file.startsWith('scripts/')).map((file) => file.slice(8, -3));
  assert.equal([...new Set(called)].sort(), scripts.sort());
});

test.run();
