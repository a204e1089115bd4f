import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findCdiSpecs, parseNvidiaDriver, usableDevices } from './cdi.ts';

const spec = "cdiVersion: '0.6.0'\nkind: vendor.com/gpu\ndevices:\n  - name: '0'\n";

function withFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-unit-'));
  chmodSync(folder, 0o755);
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('specs are found in their folders, those that nobody else may read with what mends it', () =>
  withFolder((folder) => {
    const put = (name: string, text: string, mode = 0o644) =>
      writeFileSync(join(folder, name), text, { mode });
    put('a.yaml', spec);
    put('b.json', '{');
    put('c.yaml', spec, 0o200);
    put('ignored.txt', '');
    const specs = findCdiSpecs([folder, join(folder, 'absent')]);
    assert.equal(
      usableDevices(specs).map(({ name }) => name),
      ['vendor.com/gpu=0'],
    );
    assert.is(specs[1]?.problems.length, 1);
    assert.is(specs[2]?.problems[0]?.fix, `chmod a+r ${join(folder, 'c.yaml')}`);
    assert.is(specs.length, 3);
  }));

test('the version of the loaded driver, closed or open', () => {
  const line = (words: string) =>
    `NVRM version: NVIDIA UNIX ${words}  560.35.03  Fri Aug 16 21:39:15 UTC 2024\n`;
  assert.is(parseNvidiaDriver(line('x86_64 Kernel Module')), '560.35.03');
  assert.is(parseNvidiaDriver(line('Open Kernel Module for x86_64')), '560.35.03');
  assert.is(parseNvidiaDriver('something else'), undefined);
});

test.run();
