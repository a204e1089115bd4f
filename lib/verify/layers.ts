import type { Service } from '../platform.ts';
import type { Difference } from './twin.ts';

/** One layer of protection, and how a twin loses it and nothing else. */
export interface Layer {
  id: string;
  service: Service['name'];
  /** Claims that must then be found not held. */
  flips: readonly string[];
  without: Difference;
  /** Flags of the `podman exec` that looks at the twin. */
  exec?: readonly string[];
  /** What a host needs for it to count. */
  needs?: 'cgroup v2' | 'SELinux';
}

type Edit = (unit: string) => string;

const drop =
  (key: string): Edit =>
  (unit) =>
    unit.replaceAll(new RegExp(`^${key}=.*\n`, 'gm'), '');
const set =
  (key: string, value: string): Edit =>
  (unit) =>
    unit.replaceAll(new RegExp(`^${key}=.*$`, 'gm'), `${key}=${value}`);

const leak = (secret: string) => ['--env', `LEAKED=${secret}`];

function layer(id: string, flips: readonly string[], without: Difference, more: Partial<Layer> = {}): Layer {
  return { id, service: 'orchestrator', flips, without, ...more };
}

export const layers: readonly Layer[] = [
  layer('user', ['user'], { unit: (unit) => set('User', '0')(set('Group', '0')(unit)) }),
  layer('user-namespace', ['user-namespace'], { args: ['--userns', 'keep-id:uid=10001,gid=10001'] }),
  layer('capabilities', ['capabilities'], { unit: drop('DropCapability') }),
  layer('no-new-privileges', ['no-new-privileges'], { unit: drop('NoNewPrivileges') }),
  layer('exec', ['exec-confined'], {}, { exec: ['--privileged'] }),
  layer('process-namespace', ['own-processes'], { args: ['--pid', 'host'] }),
  layer('read-only-root', ['root-read-only'], { unit: drop('ReadOnly') }),
  layer('scratch-options', ['scratch-noexec', 'scratch-bounded', 'root-read-only'], {
    unit: set('Tmpfs', '/tmp:rw,exec,suid,dev,mode=1777'),
  }),
  layer('mount-namespace', ['mounts', 'models-read-only'], {
    mounts: () => [{ volume: 'models', path: '/models', readOnly: true }],
  }),
  layer(
    'read-only-models',
    ['models-read-only'],
    { mounts: (mounts) => mounts.map((mount) => ({ ...mount, readOnly: false })) },
    { service: 'nlp' },
  ),
  layer(
    'mount-sources',
    ['mounts'],
    { mounts: () => [{ volume: 'data', path: '/models', readOnly: true }] },
    { service: 'nlp' },
  ),
  layer('secrets', ['secrets'], { args: leak }),
  layer('secrets-of-others', ['secrets'], { args: leak }, { service: 'nlp' }),
  layer('engine-socket', ['no-engine-socket'], { args: ['--volume', '/dev/null:/run/podman/podman.sock'] }),
  layer('devices', ['devices'], { args: ['--device', '/dev/net/tun'] }),
  layer('masked-paths', ['masked-paths', 'kernel-settings'], { args: ['--security-opt', 'unmask=ALL'] }),
  layer('internal-network', ['egress-ipv4', 'egress-ipv6', 'no-route', 'no-name-server'], {
    network: 'open',
  }),
  layer('host-loopback', ['host-loopback'], { network: 'slirp4netns:allow_host_loopback=true' }),
  layer('published-ports', ['published'], { args: ['--publish', '127.0.0.1::8081'] }),
  layer('published-udp', ['published'], { args: ['--publish', '127.0.0.1::8081/udp'] }),
  layer('published-address', ['published'], { args: ['--publish', '127.0.0.2::8080'] }),
  layer(
    'seccomp',
    ['seccomp-filter', 'seccomp-declared', 'seccomp-denied', 'seccomp-dangerous', 'foreign-abi'],
    {
      args: ['--security-opt', 'seccomp=unconfined'],
    },
  ),
  // Another service's profile lacks calls that this one needs.
  layer(
    'own-profile',
    ['seccomp-declared', 'seccomp-allowed'],
    { unit: (unit) => unit.replace('/postgres.json', '/orchestrator.json') },
    { service: 'postgres' },
  ),
  layer(
    'memory-limit',
    ['memory-limit', 'no-swap', 'memory-contained'],
    { unit: drop('PodmanArgs') },
    { needs: 'cgroup v2' },
  ),
  layer(
    'process-limit',
    ['process-limit', 'forks-contained'],
    { unit: set('PidsLimit', '0') },
    { needs: 'cgroup v2' },
  ),
  layer(
    'selinux-type',
    ['selinux-type', 'binds-own-port', 'connects-where-needed'],
    {
      unit: (unit) =>
        set('SecurityLabelType', 'container_t')(set('SecurityLabelFileType', 'container_file_t')(unit)),
    },
    { needs: 'SELinux' },
  ),
  layer(
    'selinux-level',
    ['selinux-level'],
    { unit: set('SecurityLabelLevel', 's0:c1,c2') },
    { needs: 'SELinux' },
  ),
];
