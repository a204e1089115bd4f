import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../lib/paths.ts';

/** Hands everything on to podman, its flags among them. */
const passesOn = 'podman.ts';
const scripts = readdirSync(join(root, 'scripts')).filter((file) => file !== passesOn);

const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', join('scripts', script), ...args], {
    cwd: root,
    encoding: 'utf8',
  });

for (const script of scripts) {
  test(`${script} answers --help on stdout and does nothing`, () => {
    const { status, stdout } = run(script, '--help');
    assert.is(status, 0);
    assert.match(stdout, `Usage: ${script.replace('.ts', '')} [options]`);
  });

  test(`${script} refuses an unknown flag with exit 2`, () => {
    const { status, stderr } = run(script, '--no-such-flag');
    assert.is(status, 2);
    assert.match(stderr, 'unknown flag --no-such-flag');
  });
}

test.run();
