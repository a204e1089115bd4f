import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/paths.ts';
import { imageNames, imageReference } from '../lib/platform.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';
import { type Counts, countTap, countUvu, runCounting, summary } from '../lib/test-counts.ts';

const tiers = ['types', 'lint', 'manifests', 'checks', 'units', 'images', 'integration', 'machine'] as const;

const usage = {
  summary:
    'Runs every test and prints the totals last. Types, lint, rendered files and checks count as one test each.',
  options: {
    only: { type: 'string', help: 'one tier', choices: tiers },
    machine: {
      type: 'boolean',
      help: 'also the tests in the virtual machine; UNTIL=… as `make test-vm` has it',
    },
  },
} as const;

/** Where there is no KVM, the machine is emulated, and made first. */
const machineSeconds = 9000;

const bin = join(root, 'node_modules', '.bin');
const tsx = join(bin, 'tsx');

await script(usage, async ({ only, machine }) => {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const tier of tiers) {
    if (only === undefined ? tier === 'machine' && !machine : tier !== only) continue;
    say(`\n== ${tier}`);
    const counts = await run(tier);
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  }
  process.stdout.write(`${summary(total)}\n`);
  if (total.failed > 0) process.exitCode = 1;
});

async function run(tier: (typeof tiers)[number]): Promise<Counts> {
  switch (tier) {
    case 'types':
      return asOne([join(bin, 'tsc'), '-p', '.']);
    case 'lint':
      return asOne([join(bin, 'biome'), 'ci', '--error-on-warnings', '.']);
    case 'manifests':
      return asOne([tsx, 'scripts/manifests.ts', '--check']);
    case 'checks':
      // For the newest podman, whatever this machine has: docs/checks.md says what older ones do not honour.
      return asOne([tsx, 'checks/main.ts', '--podman', '6.0']);
    case 'units':
      return hostUnits();
    case 'images':
      return imageUnits();
    case 'integration':
      return runCounting([tsx, 'scripts/integration-test.ts'], countTap);
    case 'machine':
      return runCounting([tsx, 'scripts/test-vm.ts'], countTap, {}, machineSeconds);
  }
}

/** A command that passes or fails as a whole. */
async function asOne(argv: readonly string[]): Promise<Counts> {
  const { failed } = await runCounting(argv, () => undefined);
  return { passed: failed === 0 ? 1 : 0, failed, skipped: 0 };
}

async function hostUnits(): Promise<Counts> {
  const uvu = join(root, 'node_modules', 'uvu', 'bin.js');
  const coverage = [
    join(bin, 'c8'),
    '--reporter=text-summary',
    '--include=lib',
    '--include=containers',
    '--include=checks',
  ];
  const folders = ['lib', 'checks', 'tests', 'containers'].filter((folder) =>
    readdirSync(root).includes(folder),
  );
  const pattern = `^(${folders.join('|')})/(?!.*node_modules).*\\.test\\.ts$`;
  return needingTests(
    await runCounting([...coverage, 'node', '--import', 'tsx', uvu, '.', pattern], countUvu),
  );
}

/** The services' own tests again where they run: inside their images. */
async function imageUnits(): Promise<Counts> {
  const built = await asOne([tsx, 'scripts/build.ts', '--tests']);
  if (built.failed > 0) return built;
  const podman = requirePodman();
  const total = { ...built };
  for (const image of imageNames) {
    say(`-- ${imageReference(image, 'test')}`);
    const flags = [
      '--rm',
      '--network',
      'none',
      '--read-only',
      '--cap-drop',
      'all',
      '--security-opt',
      'no-new-privileges',
    ];
    const argv = podman.argv(['run', ...flags, '--env', 'NO_COLOR=1', imageReference(image, 'test')]);
    const counts = needingTests(await runCounting(argv, countUvu));
    total.passed += counts.passed;
    total.failed += counts.failed;
  }
  return total;
}

/** A runner that found no test has not passed. */
function needingTests(counts: Counts): Counts {
  return counts.passed + counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
