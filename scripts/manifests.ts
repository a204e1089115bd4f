import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rulesDocument } from '../checks/explain.ts';
import { rules } from '../checks/rules.ts';
import { Failure } from '../lib/failure.ts';
import { compareManifests, refuseStaleManifests } from '../lib/manifests.ts';
import { root } from '../lib/paths.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';

const usage = {
  summary:
    'Renders lib/platform.ts to pods/ and quadlets/, seccomp profiles from their recording, checks/rules to docs/rules.md.',
  options: { check: { type: 'boolean', help: 'change nothing; fail where a committed file differs' } },
} as const;

await script(usage, async ({ check }) => {
  const document = join(root, 'docs/rules.md');
  const text = rulesDocument(rules);
  const documented = readFileSync(document, 'utf8') === text;
  if (check) refuseStaleManifests();
  if (check && !documented)
    throw new Failure('docs/rules.md differs from checks/rules', { fix: 'make manifests' });
  const { wanted, differing, leftOver } = compareManifests();
  if (check) return say(`${wanted.size + 1} rendered files are up to date`);
  if (!documented) writeFileSync(document, text);
  for (const file of leftOver) rmSync(join(root, file));
  for (const file of differing) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), wanted.get(file) ?? '');
  }
  say(`${differing.length} written, ${leftOver.length} removed, ${wanted.size - differing.length} unchanged`);
});
