import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asAccount, parsePasswd } from './account.ts';
import { installCommand, missingPackages, parseOsRelease } from './distribution.ts';
import { cgroupMode } from './host.ts';
import { firstFreeId, hasRange } from './subordinate-ids.ts';
import { parseVersion } from './version.ts';

function withFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-unit-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('os-release names the family and its package manager', () => {
  const debian = parseOsRelease('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n');
  assert.equal(debian, { id: 'debian', name: 'Debian GNU/Linux 12 (bookworm)', packageManager: 'apt' });
  assert.is(parseOsRelease('ID=linuxmint\nID_LIKE="ubuntu debian"\n').packageManager, 'apt');
  assert.is(parseOsRelease('ID="rocky"\nID_LIKE="rhel centos fedora"\n').packageManager, 'dnf');
  assert.is(parseOsRelease('ID=arch\n').packageManager, undefined);
});

test('only what is missing is installed', () => {
  assert.equal(
    missingPackages('apt', (path) => path !== '/usr/bin/podman'),
    ['podman'],
  );
  assert.ok(!missingPackages('dnf', () => false).includes('mmdebstrap'));
  assert.equal(installCommand('dnf', ['podman']).slice(0, 2), ['dnf', 'install']);
});

test('versions compare by their first two numbers', () => {
  assert.ok(parseVersion('4.3.1').isBefore(5, 3));
  assert.ok(!parseVersion('5.3.0-rc1').isBefore(5, 3));
  assert.ok(!parseVersion('10.0.0').isBefore(5, 3));
});

test('cgroups: v2, v1, and the mixture that crun refuses', () =>
  withFolder((folder) => {
    assert.is(cgroupMode(folder), 'v1');
    mkdirSync(join(folder, 'unified'));
    writeFileSync(join(folder, 'unified/cgroup.controllers'), '');
    assert.is(cgroupMode(folder), 'v1');
    writeFileSync(join(folder, 'unified/cgroup.controllers'), 'hugetlb\n');
    assert.is(cgroupMode(folder), 'mixed');
    writeFileSync(join(folder, 'cgroup.controllers'), 'memory pids\n');
    assert.is(cgroupMode(folder), 'v2');
  }));

test('subordinate ids start after every range that is taken', () => {
  assert.is(firstFreeId(''), 524_288);
  assert.is(firstFreeId('a:100000:65536\n', 'b:600000:65536\n'), 665_536);
  assert.ok(hasRange('ada:100000:65536\n', { name: 'ada', uid: 1000 }));
  assert.ok(hasRange('1000:100000:65536\n', { name: 'ada', uid: 1000 }));
  assert.not.ok(hasRange('adam:100000:65536\n', { name: 'ada', uid: 1000 }));
});

test('the service account is read from passwd', () => {
  const text =
    'root:x:0:0:root:/root:/bin/bash\nai-semble:x:999:995:Ai-semble service account:/home/ai-semble:/bin/bash\n';
  assert.equal(parsePasswd(text, 'ai-semble'), {
    name: 'ai-semble',
    uid: 999,
    gid: 995,
    home: '/home/ai-semble',
    runtimeFolder: '/run/user/999',
    service: true,
  });
  assert.is(parsePasswd(text, 'nobody'), undefined);
  assert.throws(
    () => parsePasswd('ai-semble:x:1000:1000:A Person:/home/a:/bin/sh\n', 'ai-semble'),
    /did not make it/,
  );
});

test('a command as the account carries nothing of the caller but what it must', () => {
  const account = { name: 'a', uid: 9, gid: 9, home: '/home/a', runtimeFolder: '/run/user/9', service: true };
  const argv = asAccount(account, ['podman', 'ps'], { X: '1' });
  process.env.https_proxy = 'http://user:pass@proxy';
  const withProxy = asAccount(account, ['podman']);
  Reflect.deleteProperty(process.env, 'https_proxy');
  assert.not.ok(withProxy.some((word) => word.includes('pass')));
  assert.equal(argv.slice(0, 6), ['/usr/sbin/runuser', '-u', 'a', '--', 'env', '--chdir=/']);
  assert.ok(argv.includes('--unset=PATH'));
  assert.equal(argv.slice(-3), ['X=1', 'podman', 'ps']);
  assert.equal(asAccount({ ...account, service: false }, ['podman']), ['podman']);
});

test.run();
