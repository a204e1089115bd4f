import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { renderManifests } from '../lib/manifests.ts';
import { root } from '../lib/paths.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';

const usage = {
  summary: 'Renders lib/platform.ts to pods/ and quadlets/.',
  options: { check: { type: 'boolean', help: 'change nothing; fail where a committed file differs' } },
} as const;

await script(usage, async ({ check }) => {
  const wanted = renderManifests();
  const committed = ['pods', 'quadlets'].flatMap(filesIn);
  const differing = [...wanted.keys()].filter((file) => read(file) !== wanted.get(file));
  const leftOver = committed.filter((file) => !wanted.has(file));
  if (check && differing.length + leftOver.length > 0) {
    const list = [...differing, ...leftOver].join(', ');
    throw new Failure(`rendered files differ from lib/platform.ts: ${list}`, { fix: 'make manifests' });
  }
  if (check) return say(`${wanted.size} rendered files are up to date`);
  for (const file of leftOver) rmSync(join(root, file));
  for (const file of differing) writeFileSync(join(root, file), wanted.get(file) ?? '');
  say(`${differing.length} written, ${leftOver.length} removed, ${wanted.size - differing.length} unchanged`);
});

function filesIn(folder: string): string[] {
  mkdirSync(join(root, folder), { recursive: true });
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}
