import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../paths.ts';
import { platform } from '../platform.ts';
import { syscallNumbers } from '../syscall-numbers.ts';
import { claims, judge } from './claims.ts';
import { layers } from './layers.ts';
import { isDeclared, isKernels, parseMounts } from './mounts.ts';
import type { Identity, Observation } from './observation.ts';
import { dangerous } from './syscalls.ts';

/** Claims that no twin can lose by one layer, and where they are shown to be losable instead. */
const elsewhere: Readonly<Record<string, string>> = {
  'selinux-enforcing': 'the machine is set permissive: tests/vm/verify.bats',
};

test('every claim has a control: a layer without which it is lost', () => {
  const flipped = new Set(layers.flatMap(({ flips }) => flips));
  const without = claims.map(({ id }) => id).filter((id) => !flipped.has(id) && !(id in elsewhere));
  assert.equal(without, []);
});

test('every layer takes claims that exist, of a service that exists', () => {
  const ids = claims.map(({ id }) => id);
  for (const { flips, service, id } of layers) {
    assert.equal(
      flips.filter((claim) => !ids.includes(claim)),
      [],
      id,
    );
    assert.ok(
      platform.services.some(({ name }) => name === service),
      id,
    );
  }
  assert.is(new Set(ids).size, ids.length);
  assert.ok(claims.length >= 25);
});

const nobody: Identity = {
  name: '',
  uid: '',
  gid: '',
  groups: '',
  capabilities: '',
  noNewPrivileges: '',
  seccomp: '',
  label: '',
  cgroup: '',
};

const nothingSeen: Observation = {
  host: { selinux: 'enforcing', cgroup: 'v2' },
  declared: {
    owner: 'ai-semble',
    bind: '127.0.0.1',
    closed: [],
    secrets: [],
    gpu: { nodes: [], mounts: [] },
  },
  inside: {
    self: nobody,
    first: nobody,
    processes: [],
    hidden: [],
    mounts: '',
    writes: {},
    executions: {},
    devices: [],
    masked: {},
    kernelFiles: {},
    sockets: [],
    secrets: { found: [], inEnvironment: false, environments: [], environmentRead: false, unread: [] },
    routes: [],
    connections: {},
    names: '',
    binds: {},
    addresses: [],
  },
  outside: { pid: 0, uid: 0, uidMap: '', label: '', cgroup: undefined, seccomp: undefined, published: [] },
  sweep: new Map(),
  profile: undefined,
  stress: undefined,
};

test('who saw nothing holds nothing', () => {
  for (const service of platform.services) {
    const held = claims.filter((claim) => judge(claim, nothingSeen, service).verdict === 'held');
    assert.equal(
      held.map(({ id }) => id),
      [],
      service.name,
    );
  }
});

test('a process that may not be looked at is one of others', () => {
  const [claim] = claims.filter(({ id }) => id === 'own-processes');
  const [service] = platform.services;
  assert.ok(claim && service);
  const own = { ...nobody, pid: 1, name: 'node', uid: Array(4).fill(service.uid).join('\t') };
  const verdict = (hidden: number[]) => {
    const inside = { ...nothingSeen.inside, mounts: 'some', first: own, processes: [own], hidden };
    return judge(claim, { ...nothingSeen, inside }, service);
  };
  assert.is(verdict([]).verdict, 'held');
  assert.equal(verdict([7]), { verdict: 'not held', evidence: '1 that it may not look at, as process 7' });
});

test('docs/verified.md is of a run in which each of these claims was held', () => {
  const text = readFileSync(join(root, 'docs/verified.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([a-z0-9-]+)`: (.*?) \|/gm)].map(
    ([, id, title]) => `${id}: ${title}`,
  );
  assert.equal(
    documented,
    claims.map(({ id, title }) => `${id}: ${title}`),
  );
  assert.match(text, /: [1-9]\d* held, 0 not held, 0 not provable here\.$/m);
});

test('dangerous calls are known by name, but for those that x86-64 never had', () => {
  const numbers = syscallNumbers('x64');
  assert.equal(
    dangerous.filter((name) => !numbers?.has(name)),
    ['umount', 'clock_settime64', 'stime', 'pciconfig_read', 'pciconfig_write', 'pciconfig_iobase'],
  );
});

test('system call numbers are those of the kernel', () => {
  const x64 = syscallNumbers('x64');
  const arm64 = syscallNumbers('arm64');
  assert.equal(
    ['read', 'openat', 'statx', 'clone3', 'mseal'].map((name) => x64?.get(name)),
    [0, 257, 332, 435, 462],
  );
  assert.equal(
    ['read', 'openat', 'statx', 'clone3', 'mseal'].map((name) => arm64?.get(name)),
    [63, 56, 291, 435, 462],
  );
  assert.is(syscallNumbers('riscv64'), undefined);
});

test('mounts are read with their options, and with spaces in their path', () => {
  const line =
    '405 404 0:93 /a\\040b /tmp\\040x rw,nosuid,noexec,relatime shared:1 - tmpfs tmpfs rw,size=65536k';
  assert.equal(parseMounts(`${line}\n`), [
    {
      root: '/a b',
      path: '/tmp x',
      options: ['rw', 'nosuid', 'noexec', 'relatime'],
      type: 'tmpfs',
      superOptions: ['rw', 'size=65536k'],
    },
  ]);
});

const declared = {
  owner: 'ai-semble',
  bind: '127.0.0.1',
  closed: [],
  secrets: [],
  gpu: {
    nodes: ['/dev/nvidia0'],
    mounts: [
      { hostPath: '/usr/lib/libcuda.so.560', path: '/usr/lib/libcuda.so' },
      { hostPath: '/usr/lib/firmware/gsp.bin', path: '/lib/firmware/gsp.bin' },
    ],
  },
};
const id = 'a1'.repeat(32);

const mountCases = [
  ['llm', '/models', '/srv/volumes/ai-semble-models/_data', true],
  ['llm', '/models', '/srv/volumes/ai-semble-data/_data', false],
  ['llm', '/models', '/home/somebody', false],
  ['llm', '/etc/hosts', `/run/overlay-containers/${id}/userdata/hosts`, true],
  ['llm', '/etc/hosts', '/etc/hosts', false],
  ['llm', '/etc/passwd', `/run/overlay-containers/${id}/userdata/passwd`, false],
  ['llm', '/usr/lib/libcuda.so', '/usr/lib/libcuda.so.560', true],
  ['llm', '/usr/lib/libcuda.so', '/home/somebody', false],
  ['llm', '/usr/lib/firmware/gsp.bin', '/root/usr/lib/firmware/gsp.bin', true],
  ['nlp', '/usr/lib/libcuda.so', '/usr/lib/libcuda.so.560', false],
  ['nlp', '/tmp', '/home/somebody', false],
  ['orchestrator', '/run/secrets/api-key/value', `/overlay-containers/${id}/userdata/secrets/x`, true],
  ['orchestrator', '/run/secrets/api-key', '/volumes/ai-semble-api-key-kube/_data', true],
  ['orchestrator', '/run/secrets/api-key', '/volumes/ai-semble-postgres-password-kube/_data', false],
  ['orchestrator', '/run/secrets/postgres-password/value', `/overlay-containers/${id}/userdata/x`, false],
] as const;

test("a mount is a service's own by its place and by what is behind it", () => {
  for (const [name, path, source, own] of mountCases) {
    const mount = { root: source, path, options: [], type: 'btrfs', superOptions: ['subvol=/root'] };
    const service = platform.services.find((one) => one.name === name);
    assert.is(service && isDeclared(mount, service, declared), own, `${name} ${path} ${source}`);
  }
});

test('the gateway is published where it was declared to be, every address of IPv4 by a socket of IPv6', () => {
  const claim = claims.find(({ id }) => id === 'published');
  const service = platform.services.find(({ name }) => name === 'orchestrator');
  assert.ok(claim && service);
  const verdict = (bind: string, published: string[]) => {
    const seen = { ...nothingSeen, declared: { ...nothingSeen.declared, bind } };
    return claim.judge({ ...seen, outside: { ...nothingSeen.outside, published } }, service).verdict;
  };
  assert.is(verdict('127.0.0.1', ['127.0.0.1:80->8080']), 'held');
  assert.is(verdict('0.0.0.0', ['[::]:80->8080']), 'held');
  assert.is(verdict('127.0.0.1', ['[::]:80->8080']), 'not held');
  assert.is(verdict('0.0.0.0', ['127.0.0.1:80->8080']), 'not held');
  assert.is(verdict('127.0.0.1', ['127.0.0.1:80->8081']), 'not held');
  assert.is(verdict('127.0.0.1', []), 'not held');
});

test("below /dev, /proc and /sys a mount of the host's is not taken for the kernel's", () => {
  const mount = (path: string, root: string, type: string) =>
    isKernels({ path, root, type, options: [], superOptions: [] });
  assert.equal(
    [mount('/proc', '/', 'proc'), mount('/dev/shm', '/', 'tmpfs'), mount('/dev/null', '/null', 'devtmpfs')],
    [true, true, true],
  );
  assert.equal(
    [mount('/dev/x', '/home/x', 'ext4'), mount('/dev/x', '/user/1000', 'tmpfs'), mount('/x', '/', 'proc')],
    [false, false, false],
  );
});

test.run();
