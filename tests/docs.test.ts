import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configKeys as aiServices } from '../containers/ai-services/src/config.ts';
import { configKeys as dataProcessor } from '../containers/data-processor/src/config.ts';
import { configKeys as orchestrator } from '../containers/orchestrator/src/config.ts';
import { configKeys as postgres } from '../containers/postgres/src/config.ts';
import { root } from '../lib/paths.ts';
import { imageNames } from '../lib/platform.ts';

const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('every configuration key is documented with its default and its meaning', () => {
  const docs = read('docs/configuration.md');
  const services = { orchestrator, 'ai-services': aiServices, 'data-processor': dataProcessor, postgres };
  const missing = Object.entries(services).flatMap(([service, keys]) =>
    Object.values(keys)
      .map((key: { env: string; fallback?: string; help: string }) => {
        const fallback =
          key.fallback === undefined ? 'must be set' : key.fallback === '' ? '' : `\`${key.fallback}\``;
        return `| \`${key.env}\` | ${fallback} | ${key.help} |`;
      })
      .filter((row) => !section(docs, service).includes(row))
      .map((row) => `${service}: ${row}`),
  );
  assert.equal(missing, []);
});

test('every dependency has its line', () => {
  const docs = read('docs/dependencies.md');
  const manifests = ['package.json', ...imageNames.map((image) => `containers/${image}/package.json`)];
  const names = manifests.flatMap((file) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file));
    return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  });
  assert.ok(names.length > 10);
  assert.equal(
    [...new Set(names)].filter((name) => !docs.includes(`| \`${name}\` |`)),
    [],
  );
});

test('every make target that README and docs name exists', () => {
  const makefile = read('Makefile');
  const named = documents.flatMap((file) =>
    [...read(file).matchAll(/(?:[`(]|^\s*|\d\. )make (?:-s )?([a-z-]+)\b/gm)].map((m) => m[1]),
  );
  assert.ok(named.length > 10);
  const missing = [...new Set(named)].filter((target) => !new RegExp(`^${target}:`, 'm').test(makefile));
  assert.equal(missing, []);
});

test('every link within the documents leads to a file', () => {
  const broken = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map((match) => join(file, '..', match[1] ?? ''))
      .filter((target) => !existsSync(join(root, target))),
  );
  assert.equal(broken, []);
});

function section(docs: string, heading: string): string {
  const [, rest = ''] = docs.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0] ?? '';
}

test.run();
