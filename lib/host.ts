import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { type Account, findAccount, isRoot } from './account.ts';
import { findCdiSpecs, usableDevices } from './cdi.ts';
import type { CdiSpec } from './cdi-spec.ts';
import { type Distribution, missingPackages, parseOsRelease } from './distribution.ts';
import { wantedGpu } from './gpu-drop-in.ts';
import { platform } from './platform.ts';
import { podContainers, publishedBy } from './pod-containers.ts';
import { podmanOf } from './podman.ts';
import { portProblem } from './port.ts';
import { attempt } from './run.ts';
import { type PolicyState, policyState, selinuxPolicy } from './selinux-policy.ts';
import { firstFreeId, hasRange } from './subordinate-ids.ts';
import { hasUserSystemd, isSystemdMachine } from './systemd.ts';
import { parseVersion, type Version } from './version.ts';

/** What is known of this machine, gathered once. */
export interface Host {
  root: boolean;
  distribution: Distribution;
  missingPackages: readonly string[];
  account: Account | undefined;
  /** Whether the account has ranges in /etc/subuid and /etc/subgid. */
  subordinateIds: boolean;
  /** First id that no range holds. */
  nextSubordinateId: number;
  podman: { version: Version; storageDriver: string; problem?: string } | undefined;
  cgroup: 'v2' | 'v1' | 'mixed';
  systemd: { machine: boolean; user: boolean };
  selinux: 'enforcing' | 'permissive' | 'off';
  /** Whether the kernel has our policy; `current` where SELinux is off. */
  selinuxPolicy: PolicyState;
  /** Label of podman's conmon, through which containers write their logs; where SELinux is on. */
  conmonLabel: string | undefined;
  /** Whether an ordinary user can open /dev/net/tun, which rootless networks need. */
  tun: boolean;
  diskFreeBytes: number;
  memoryBytes: number;
  /** Whether Docker Hub can be reached directly; podman may still know a mirror. */
  registry: boolean;
  /** Whether the published port is free, or the platform's own. */
  port: 'free' | 'ours' | 'taken';
  cdiSpecs: readonly CdiSpec[];
  /** The device that is to be used, unless GPU=off. */
  gpu: string | undefined;
}

const subordinateFiles = ['/etc/subuid', '/etc/subgid'];

/** The part of it that takes no time to find out. */
export type Machine = Pick<
  Host,
  'root' | 'tun' | 'cgroup' | 'distribution' | 'cdiSpecs' | 'gpu' | 'selinux' | 'selinuxPolicy'
>;

export function detectMachine(): Machine {
  const distribution = parseOsRelease(read('/etc/os-release') ?? '');
  const cdiSpecs = findCdiSpecs();
  const gpu = wantedGpu(usableDevices(cdiSpecs).map((device) => device.name));
  const selinux = selinuxMode();
  const policy = () => policyState(selinuxPolicy(distribution.packageManager, gpu !== undefined));
  return {
    root: isRoot,
    tun: tunIsOpen(),
    cgroup: cgroupMode(),
    distribution,
    cdiSpecs,
    gpu,
    selinux,
    selinuxPolicy: selinux === 'off' ? 'current' : policy(),
  };
}

export async function detectHost(): Promise<Host> {
  const account = findAccount();
  const machine = detectMachine();
  const manager = machine.distribution.packageManager;
  return {
    ...machine,
    missingPackages: manager ? missingPackages(manager, existsSync) : [],
    account,
    subordinateIds:
      account !== undefined && subordinateFiles.every((file) => hasRange(read(file) ?? '', account)),
    nextSubordinateId: firstFreeId(...subordinateFiles.map((file) => read(file) ?? '')),
    podman: account === undefined ? undefined : await detectPodman(account),
    systemd: { machine: isSystemdMachine(), user: account !== undefined && hasUserSystemd(account) },
    conmonLabel: machine.selinux === 'off' ? undefined : await labelOf('/usr/bin/conmon'),
    diskFreeBytes: freeBytes(account?.home),
    memoryBytes: totalmem(),
    registry: await registryAnswers(),
    port: await portState(account),
  };
}

/** Quadlet pods with a `ServiceName` need podman 5.3 and a systemd of the account's own. */
export function canUseQuadlets(host: Host): boolean {
  const version = host.podman?.version;
  return host.systemd.user && version !== undefined && !version.isBefore(5, 3);
}

export function cgroupMode(root = '/sys/fs/cgroup'): Host['cgroup'] {
  if (existsSync(`${root}/cgroup.controllers`)) return 'v2';
  // crun refuses a machine whose v1 hierarchies stand beside a v2 one that has controllers.
  // https://github.com/containers/crun/blob/1.8.1/src/libcrun/cgroup.c#L315
  return (read(`${root}/unified/cgroup.controllers`) ?? '').trim() === '' ? 'v1' : 'mixed';
}

export function selinuxMode(): Host['selinux'] {
  const enforce = read('/sys/fs/selinux/enforce');
  if (enforce === undefined) return 'off';
  return enforce.trim() === '1' ? 'enforcing' : 'permissive';
}

async function labelOf(file: string): Promise<string | undefined> {
  const { exitCode, stdout } = await attempt(['stat', '--format=%C', file]);
  return exitCode === 0 ? stdout.trim() : undefined;
}

async function detectPodman(account: Account): Promise<Host['podman']> {
  if (!existsSync('/usr/bin/podman')) return undefined;
  const podman = podmanOf(account);
  const format = '{{.Version.Version}} {{.Store.GraphDriverName}}';
  const info = await podman.attempt(['info', '--format', format], { timeoutMs: 120_000 });
  if (info.exitCode === 0) {
    const [version = '', storageDriver = 'unknown'] = info.stdout.trim().split(' ');
    return { version: parseVersion(version), storageDriver };
  }
  const version = await podman.attempt(['--version'], { timeoutMs: 60_000 });
  const problem = info.stderr.trim().split('\n').at(-1) ?? 'podman info failed';
  return { version: parseVersion(version.stdout), storageDriver: 'unknown', problem };
}

function tunIsOpen(): boolean {
  try {
    if (isRoot) return (statSync('/dev/net/tun').mode & 0o006) === 0o006;
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function registryAnswers(): Promise<boolean> {
  const answer = fetch('https://registry-1.docker.io/v2/', { signal: AbortSignal.timeout(3000) });
  return answer.then(
    ({ status }) => status === 200 || status === 401,
    () => false,
  );
}

async function portState(account: Account | undefined): Promise<Host['port']> {
  const { published, name } = platform;
  if ((await portProblem(published)) === undefined) return 'free';
  if (account === undefined) return 'taken';
  const ours = publishedBy(await podContainers(podmanOf(account), name).catch(() => []));
  return ours?.hostPort === published.hostPort ? 'ours' : 'taken';
}

function freeBytes(home: string | undefined): number {
  const folder = home !== undefined && existsSync(home) ? home : '/';
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
