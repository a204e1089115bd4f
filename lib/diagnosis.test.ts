import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diagnose } from './diagnosis.ts';
import type { Host } from './host.ts';
import { parseVersion } from './version.ts';

const account = {
  name: 'ada',
  uid: 1000,
  gid: 1000,
  home: '/home/ada',
  runtimeFolder: '/run/user/1000',
  service: false,
};

const good: Host = {
  root: false,
  distribution: { id: 'debian', name: 'Debian 13', packageManager: 'apt' },
  missingPackages: [],
  account,
  subordinateIds: true,
  nextSubordinateId: 600_000,
  podman: { version: parseVersion('5.4.2'), storageDriver: 'overlay' },
  cgroup: 'v2',
  systemd: { machine: true, user: true },
  selinux: 'enforcing',
  selinuxPolicy: 'current',
  conmonLabel: 'system_u:object_r:conmon_exec_t:s0',
  tun: true,
  diskFreeBytes: 50 * 2 ** 30,
  memoryBytes: 16 * 2 ** 30,
  registry: true,
  port: 'free',
  cdiSpecs: [],
  gpu: undefined,
};

const notFine = (change: Partial<Host>) =>
  diagnose({ ...good, ...change })
    .filter(({ state }) => state !== 'fine')
    .map(({ id, state, fix }) => [id, state, fix]);

test('a good machine has nothing to mend', () => {
  assert.equal(notFine({}), []);
});

test('a GPU that deploy takes is fine, one whose spec is wrong comes with the command that mends it', () => {
  const devices = [{ name: 'nvidia.com/gpu=all', nodes: [], mounts: [], hooks: [] }];
  const spec = { path: '/etc/cdi/nvidia.yaml', devices, problems: [] };
  assert.equal(notFine({ cdiSpecs: [spec] }), []);
  const stale = { ...spec, problems: [{ what: 'files are gone', fix: 'mend it' }] };
  assert.equal(notFine({ cdiSpecs: [stale] }), [['gpu', 'limited', 'sudo mend it']]);
  assert.equal(notFine({ cdiSpecs: [stale], root: true }), [['gpu', 'limited', 'mend it']]);
});

test('each fault is found with its fix', () => {
  const install = 'sudo apt-get install --yes --no-install-recommends podman';
  assert.equal(notFine({ missingPackages: ['podman'] }), [['packages', 'broken', install]]);
  assert.equal(notFine({ missingPackages: ['podman'], root: true }), [['packages', 'broken', 'make setup']]);
  assert.equal(notFine({ tun: false }), [['tun', 'broken', 'sudo chmod 0666 /dev/net/tun']]);
  assert.equal(notFine({ diskFreeBytes: 2 ** 30 }), [['disk', 'limited', 'make room: a build needs 4 GiB']]);
  assert.equal(notFine({ cgroup: 'mixed', root: true }), [
    [
      'cgroup',
      'broken',
      'mkdir -p /sys/fs/cgroup/hugetlb && mount -t cgroup -o hugetlb cgroup /sys/fs/cgroup/hugetlb',
    ],
  ]);
  const [vfs] = notFine({ podman: { version: parseVersion('5.4.2'), storageDriver: 'vfs' } });
  assert.match(String(vfs?.[2]), 'podman system reset');
  assert.equal(notFine({ selinuxPolicy: 'missing' }), [['selinux-policy', 'broken', 'make setup']]);
  assert.equal(notFine({ selinuxPolicy: 'old' }), [['selinux-policy', 'broken', 'make setup']]);
  assert.equal(notFine({ conmonLabel: 'system_u:object_r:bin_t:s0' }), [
    ['selinux-logs', 'limited', 'sudo restorecon -v /usr/bin/conmon'],
  ]);
  assert.match(String(notFine({ selinux: 'permissive' })[0]?.[2]), 'sudo setenforce 1');
  assert.match(String(notFine({ port: 'taken' })[0]?.[2]), 'PORT=8081');
});

test('what merely takes something away is not broken', () => {
  for (const change of [{ cgroup: 'v1' }, { selinux: 'off' }, { memoryBytes: 2 ** 30 }] as Array<
    Partial<Host>
  >) {
    assert.equal(
      notFine(change).map(([, state]) => state),
      ['limited'],
    );
  }
});

test('subordinate ids that are missing name the command and the account', () => {
  const [found] = notFine({ subordinateIds: false });
  assert.is(found?.[2], 'sudo usermod --add-subuids 600000-665535 --add-subgids 600000-665535 ada');
});

test('podman that fails is quoted', () => {
  const podman = { version: parseVersion('5.4.2'), storageDriver: 'unknown', problem: 'cannot re-exec' };
  const found = diagnose({ ...good, podman }).find(({ id }) => id === 'podman');
  assert.is(found?.evidence, 'cannot re-exec');
  assert.is(found?.state, 'broken');
});

test('root without the service account is told to make it', () => {
  const found = notFine({ root: true, account: undefined, podman: undefined });
  assert.equal(found[0], ['account', 'broken', 'make setup']);
});

test.run();
