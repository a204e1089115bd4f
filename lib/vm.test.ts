import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingPackages } from './distribution.ts';
import { diskFolder } from './vm-disk.ts';
import { guestMemory, machineArgv, probeArgv } from './vm-emulator.ts';
import { sshArgv } from './vm-machine.ts';
import { guest, guestFiles, guestPackages, hashOf } from './vm-recipe.ts';

const files = { kernel: 'k', initrd: 'i', overlay: 'o', console: 'c', pidFile: 'p' };

test('the disk has what setup would ask an ordinary user to install', () => {
  const wanted = missingPackages('apt', () => false, true);
  assert.equal(
    wanted.filter((name) => !guestPackages.includes(name)),
    [],
  );
  assert.is(new Set(guestPackages).size, guestPackages.length);
});

test('another image, another disk; the same images, the same', () => {
  const image = { reference: 'localhost/ai-semble/base:latest', id: '1' };
  assert.is(diskFolder([image]), diskFolder([{ ...image }]));
  assert.is.not(diskFolder([image]), diskFolder([{ ...image, id: '2' }]));
  assert.is(hashOf('a', ['b']).length, 16);
});

test('ssh is forwarded from the loopback address alone, and to a host key that is known', () => {
  const argv = machineArgv(files, 'tcg', 2222);
  assert.equal(
    argv.filter((word) => word.includes('hostfwd')),
    ['user,id=net,hostfwd=tcp:127.0.0.1:2222-:22'],
  );
  const ssh = sshArgv({ pid: 1, port: 2222, accelerator: 'tcg', disk: '/disk' }, guest.user, ['id', '-Z']);
  assert.equal(ssh.slice(-3), ['user@127.0.0.1', 'id', '-Z']);
  assert.ok(ssh.includes('StrictHostKeyChecking=yes'));
});

test('SELinux is switched on where the kernel, the distribution and the policy want it', () => {
  const argv = machineArgv(files, 'kvm', 2222);
  assert.match(argv[argv.indexOf('-append') + 1] ?? '', 'security=selinux selinux=1 enforcing=1');
  const config = guestFiles('key').find(({ path }) => path === '/etc/selinux/config');
  assert.is(config?.text, 'SELINUX=enforcing\nSELINUXTYPE=default\n');
});

test('the machine has room for the language models where the host has', () => {
  const gibibyte = 2 ** 30;
  assert.equal(
    [23.4, 15, 7].map((size) => guestMemory(size * gibibyte)),
    ['12G', '6G', '4G'],
  );
});

test('the probe of KVM has no disk and does not go on for ever', () => {
  const argv = probeArgv('k');
  assert.ok(argv.includes('kvm') && argv.includes('-no-reboot'));
  assert.not.ok(argv.includes('-drive'));
});

test.run();
