import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareManifests, refuseStaleManifests } from '../lib/manifests.ts';
import { root } from '../lib/paths.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';

const usage = {
  summary: 'Renders lib/platform.ts to pods/ and quadlets/.',
  options: { check: { type: 'boolean', help: 'change nothing; fail where a committed file differs' } },
} as const;

await script(usage, async ({ check }) => {
  if (check) refuseStaleManifests();
  const { wanted, differing, leftOver } = compareManifests();
  if (check) return say(`${wanted.size} rendered files are up to date`);
  for (const file of leftOver) rmSync(join(root, file));
  for (const file of differing) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), wanted.get(file) ?? '');
  }
  say(`${differing.length} written, ${leftOver.length} removed, ${wanted.size - differing.length} unchanged`);
});
