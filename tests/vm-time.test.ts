import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../lib/paths.ts';

/** Runs tests/vm against a machine in which every command fails; resolves to bats' lines of results. */
function results(until: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-vm-time-'));
  try {
    for (const user of ['user', 'root']) {
      const shim = join(folder, `machine-${user}`);
      writeFileSync(shim, '#!/bin/sh\nexit 1\n');
      chmodSync(shim, 0o755);
    }
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      TMPDIR: folder,
      UNTIL: String(until),
    };
    const argv = [join(root, 'node_modules/bats/bin/bats'), '--formatter', 'tap', join(root, 'tests/vm')];
    const { stdout } = spawnSync('bash', argv, { env, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => /^(not )?ok /.test(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const now = () => Math.floor(Date.now() / 1000);

test('every file of tests/vm is skipped where no time is left for it, or for deploying first', () => {
  for (const until of [now() - 1, now() + 600]) {
    const lines = results(until);
    assert.ok(lines.length > 30);
    assert.equal(
      lines.filter((line) => !/^ok \d+ .*# skip less than \d+ s are left$/.test(line)),
      [],
    );
  }
});

test('where time is left they run', () => {
  const lines = results(now() + 100_000);
  assert.ok(lines.some((line) => line.startsWith('not ok')));
  assert.not(lines.some((line) => line.includes('# skip')));
});

test.run();
