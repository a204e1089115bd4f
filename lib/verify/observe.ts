import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { root } from '../paths.ts';
import { platform, type Service } from '../platform.ts';
import type { Podman } from '../podman.ts';
import { syscallNumbers } from '../syscall-numbers.ts';
import { outside as nowhere } from './network.ts';
import type { Declared, Inside, Observation, Outside, SeccompProfile } from './observation.ts';

const insideScript = readFileSync(join(root, 'lib/verify/inside.cjs'));
const sweepScript = readFileSync(join(root, 'lib/verify/sweep.pl'));
const execMs = 600_000;

const masked =
  `/proc/kcore /proc/keys /proc/timer_list /proc/latency_stats /proc/sched_debug /proc/scsi /proc/acpi
  /sys/firmware`.split(/\s+/);
const kernelFiles = `/proc/sys/kernel/hostname /proc/sys/kernel/core_pattern /proc/sysrq-trigger
  /proc/irq/default_smp_affinity /sys/kernel/mm/ksm/run`.split(/\s+/);
const folders = ['/', '/app', '/etc', '/opt', '/usr/bin', '/var/tmp'];
const sockets = [
  '/run/podman/podman.sock',
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/containerd/containerd.sock',
];
/** Where rootless networks put the host: slirp4netns', pasta's. */
const hostAddresses = ['10.0.2.2', '169.254.1.2', '169.254.1.1', platform.network.gateway];

/** What the services listen on. */
const ports = [
  ...platform.services.map(({ name, healthPort }) => ({ owner: name, port: healthPort })),
  { owner: 'postgres', port: 5432 },
];

/** What observations of all containers of a run share. */
export interface Surroundings {
  podman: Podman;
  host: Pick<Host, 'selinux' | 'cgroup'>;
  /** A port on the host's loopback that something listens on while it is tried. */
  hostPort: number;
  published: readonly string[];
  declared: Declared;
  /** Where the pod's gateway answers. */
  gateway: string;
}

export interface Subject {
  service: Service;
  container: string;
}

/** Looks at one container from within and without; `sweeps` also tries every system call in it. */
export async function observe(
  { podman, host, hostPort, published, declared }: Surroundings,
  { service, container }: Subject,
  { sweeps, exec = [] }: { sweeps: boolean; exec?: readonly string[] },
): Promise<Observation> {
  const inside = await observeInside(
    podman,
    { service, container },
    { hostPort, closed: declared.closed },
    exec,
  );
  return {
    host,
    declared,
    inside,
    outside: await observeOutside(podman, container, published),
    sweep: sweeps && syscallNumbers() ? await sweep(podman, container) : undefined,
    profile: declaredProfile(service.name),
    stress: undefined,
  };
}

async function observeInside(
  podman: Podman,
  { service, container }: Subject,
  { hostPort, closed }: { hostPort: number; closed: readonly string[] },
  exec: readonly string[],
): Promise<Inside> {
  const needless = ports
    .filter(({ owner, port }) => owner !== service.name && !service.asks.includes(port))
    .map(({ owner, port }) => ({ name: `port ${port} of ${owner}`, host: '127.0.0.1', port }));
  const asked = {
    folders: [
      ...folders,
      ...closed,
      ...service.mounts.filter(({ readOnly }) => readOnly).map(({ path }) => path),
    ],
    scratch: service.scratch.map(({ path }) => path),
    masked,
    kernelFiles,
    sockets,
    connections: [
      { name: nowhere.ipv4, host: nowhere.ipv4, port: 443 },
      { name: nowhere.ipv6, host: nowhere.ipv6, port: 443 },
      ...hostAddresses.map((address) => ({ name: `host ${address}`, host: address, port: hostPort })),
      ...needless,
    ],
    binds: [{ name: '0.0.0.0:18999', host: '0.0.0.0', port: 18_999 }],
  };
  const command = ['exec', '-i', ...exec, container, 'node', '-', JSON.stringify(asked)];
  const said = await podman.run(command, { input: insideScript, timeoutMs: execMs });
  return JSON.parse(said) as Inside;
}

async function sweep(podman: Podman, container: string): Promise<Map<number, string>> {
  const last = Math.max(...(syscallNumbers()?.values() ?? []));
  const command = ['exec', '-i', container, 'perl', '-', String(last)];
  const lines = (await podman.run(command, { input: sweepScript, timeoutMs: execMs })).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [number = '', ...outcome] = line.split(' ');
      return [Number(number), outcome.join(' ')];
    }),
  );
}

async function observeOutside(
  podman: Podman,
  container: string,
  published: readonly string[],
): Promise<Outside> {
  const format = '{{.State.Pid}} {{.OCIConfigPath}}';
  const [pid = '', config = ''] = (await podman.run(['inspect', '--format', format, container]))
    .trim()
    .split(' ');
  if (!Number(pid)) throw new Failure(`${container} does not run`, { fix: 'make up' });
  const oci = JSON.parse(readFileSync(config, 'utf8')) as { linux?: { seccomp?: SeccompProfile } };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    pid: Number(pid),
    uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]),
    uidMap: readFileSync(`/proc/${pid}/uid_map`, 'utf8'),
    label: read(`/proc/${pid}/attr/current`).replaceAll('\0', '').trim(),
    cgroup: cgroupLimits(read(`/proc/${pid}/cgroup`)),
    seccomp: oci.linux?.seccomp,
    published,
  };
}

/** Limits count wherever they are set on the way up; podman sets them on the container's own cgroup. */
function cgroupLimits(membership: string): Outside['cgroup'] {
  const own = /^0::(\/.*)$/m.exec(membership)?.[1];
  if (own === undefined) return undefined;
  // A process may sit in a cgroup that it made below the container's.
  const found = [own, own.replace(/\/[^/]*$/, '')].map((path) => `/sys/fs/cgroup${path}`);
  const folder = found.find(
    (path) => existsSync(`${path}/memory.max`) && read(`${path}/memory.max`) !== 'max\n',
  );
  const limits = folder ?? found[0];
  if (limits === undefined || !existsSync(`${limits}/memory.max`)) return undefined;
  const value = (name: string) => read(`${limits}/${name}`).trim();
  return {
    memoryMax: value('memory.max'),
    swapMax: value('memory.swap.max') || undefined,
    pidsMax: value('pids.max'),
  };
}

export function declaredProfile(service: string): SeccompProfile | undefined {
  const file = join(root, 'security/seccomp', `${service}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SeccompProfile) : undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
