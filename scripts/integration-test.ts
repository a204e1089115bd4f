import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDefaultSeccomp } from '../lib/bare-pod.ts';
import { Failure } from '../lib/failure.ts';
import { root } from '../lib/paths.ts';
import { testSecrets } from '../lib/pod-manifests.ts';
import { remainsOf } from '../lib/pod-removal.ts';
import { podVariant } from '../lib/pod-variant.ts';
import { type Podman, requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';
import { countTap, runCounting, summary } from '../lib/test-counts.ts';
import { testPod, withTestPod } from '../lib/test-pod.ts';

const usage = {
  summary: 'Plays pods/ai-semble-test.yaml beside whatever runs, and tests it from outside with bats.',
  options: {
    keep: { type: 'boolean', help: 'leave the pod running afterwards' },
    'default-seccomp': {
      type: 'boolean',
      help: "under podman's default seccomp profile, as `make seccomp-record` wants it",
    },
    filter: { type: 'string', value: 'REGEX', help: 'only the tests whose name matches' },
  },
  positionals: '[FILE.bats …]',
} as const;

await script(usage, async ({ keep, filter, positionals, 'default-seccomp': defaultSeccomp }) => {
  const podman = requirePodman();
  const tools = mkdtempSync(join(tmpdir(), 'ai-semble-test-'));
  process.once('exit', () => rmSync(tools, { recursive: true, force: true }));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const run = async () => {
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
      POD: testPod.podName,
      GATEWAY: testPod.url,
      API_KEY: testSecrets['api-key'],
      DEFAULT_SECCOMP: defaultSeccomp ? '1' : '',
      DEV_PORT: String(podVariant('dev').hostPort),
    });
    for (const key of ['passed', 'failed', 'skipped'] as const) counts[key] += result[key];
    if (counts.passed + counts.failed === 0)
      throw new Failure('bats ran no test', { fix: 'look at the output above' });
  };
  const change = defaultSeccomp ? withDefaultSeccomp : undefined;
  await withTestPod(podman, run, { keep, change });
  if (!keep) {
    const remains = await remainsOf(podman, testPod.podName);
    say(remains.length === 0 ? 'ok 0 nothing is left behind' : `not ok 0 left behind: ${remains.join(', ')}`);
    counts[remains.length === 0 ? 'passed' : 'failed']++;
  }
  process.stdout.write(`${summary(counts)}\n`);
  if (counts.failed > 0) process.exitCode = 1;
});

/** `podman` for the tests: the account's own, whoever runs them. */
function writeShim(podman: Podman, path: string): void {
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const words = podman.argv([]).map(quote);
  // Without this folder in PATH: the account's own podman would otherwise be this very file.
  writeFileSync(path, `#!/bin/sh\nPATH=${quote(process.env.PATH ?? '')} exec ${words.join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
}
