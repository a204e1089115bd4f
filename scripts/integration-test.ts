import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { waitUntilReady } from '../lib/gateway.ts';
import { root } from '../lib/paths.ts';
import { imageReference } from '../lib/platform.ts';
import { testSecrets, variants } from '../lib/pod-manifests.ts';
import { purgePod, remainsOf } from '../lib/pod-removal.ts';
import { type Podman, requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { starterCommand } from '../lib/starter-models.ts';
import { phase, say } from '../lib/terminal.ts';
import { countTap, runCounting, summary } from '../lib/test-counts.ts';

const usage = {
  summary: 'Plays pods/ai-semble-test.yaml beside whatever runs, and tests it from outside with bats.',
  options: {
    keep: { type: 'boolean', help: 'leave the pod running afterwards' },
    filter: { type: 'string', value: 'REGEX', help: 'only the tests whose name matches' },
  },
  positionals: '[FILE.bats …]',
} as const;

const variant = variants.find(({ throwAway }) => throwAway);

await script(usage, async ({ keep, filter, positionals }) => {
  if (variant === undefined) throw new Failure('no throw-away pod is described');
  const podman = requirePodman();
  const url = `http://127.0.0.1:${variant.hostPort}`;
  const tools = mkdtempSync(join(tmpdir(), 'ai-semble-test-'));
  let cleaning: Promise<void> | undefined;
  const clean = () => {
    rmSync(tools, { recursive: true, force: true });
    cleaning ??= purgePod(podman, variant.podName);
    return cleaning;
  };
  process.once('SIGINT', () => clean().finally(() => process.exit(130)));
  process.once('SIGTERM', () => clean().finally(() => process.exit(143)));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    await phase('test pod', (note) => play(podman, url, note));
    writeShim(podman, join(tools, 'podman'));
    const files = positionals.length > 0 ? positionals : ['tests/system'];
    const command = [
      join(root, 'node_modules/bats/bin/bats'),
      '--formatter',
      'tap',
      ...(filter ? ['--filter', filter] : []),
      ...files,
    ];
    const result = await runCounting(command, countTap, {
      PATH: `${tools}:${process.env.PATH}`,
      POD: variant.podName,
      GATEWAY: url,
      API_KEY: testSecrets['api-key'],
      DEV_PORT: String(variants.find(({ hotReload }) => hotReload)?.hostPort),
    });
    counts.passed += result.passed;
    counts.failed += result.failed;
    counts.skipped += result.skipped;
    if (counts.passed + counts.failed === 0)
      throw new Failure('bats ran no test', { fix: 'look at the output above' });
  } finally {
    if (!keep) await clean();
  }
  if (!keep) {
    const remains = await remainsOf(podman, variant.podName);
    say(remains.length === 0 ? 'ok 0 nothing is left behind' : `not ok 0 left behind: ${remains.join(', ')}`);
    counts[remains.length === 0 ? 'passed' : 'failed']++;
  }
  process.stdout.write(`${summary(counts)}\n`);
  if (counts.failed > 0) process.exitCode = 1;
});

async function play(podman: Podman, url: string, note: (text: string) => void): Promise<string> {
  const { podName, subnet, file } = variant ?? ({} as never);
  await purgePod(podman, podName);
  await podman.run(starterCommand(imageReference('ai-services'), `${podName}-models`));
  await podman.run(['network', 'create', '--internal', '--subnet', subnet, podName]);
  const text = readFileSync(join(root, 'pods', file), 'utf8');
  await podman.run(['kube', 'play', '--network', podName, '-'], { input: text });
  return `${await waitUntilReady(url, 120_000, note)} services ready on ${url}`;
}

/** `podman` for the tests: the account's own, whoever runs them. */
function writeShim(podman: Podman, path: string): void {
  const words = podman.argv([]).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
}
