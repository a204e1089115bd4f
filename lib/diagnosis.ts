import { serviceAccountName } from './account.ts';
import { usableDevices } from './cdi.ts';
import { installCommand } from './distribution.ts';
import { gpuDevice } from './gpu-drop-in.ts';
import { canUseQuadlets, type Host } from './host.ts';
import { subordinateIdsCommand } from './setup-plan.ts';

export interface Finding {
  id: string;
  /** `broken` stops the platform from running; `limited` takes something away; `fine` needs nothing. */
  state: 'fine' | 'limited' | 'broken';
  what: string;
  evidence: string;
  /** The exact command or step; absent where nothing is to be done. */
  fix?: string;
}

const gibibyte = 2 ** 30;
const neededDisk = 4 * gibibyte;
const asRoot = (host: Host, command: string) => (host.root ? command : `sudo ${command}`);

/** Everything worth knowing about a machine before the platform runs on it. */
export function diagnose(host: Host): Finding[] {
  const checks = [
    packages,
    account,
    subordinateIds,
    podman,
    storage,
    tun,
    cgroup,
    manager,
    selinux,
    disk,
    memory,
    registry,
    port,
    gpu,
  ];
  return checks.flatMap((check) => check(host));
}

function finding(id: string, state: Finding['state'], what: string, evidence: string, fix?: string): Finding {
  return { id, state, what, evidence, ...(fix === undefined ? {} : { fix }) };
}

function packages({ distribution, missingPackages, ...host }: Host): Finding {
  const { packageManager, name } = distribution;
  if (packageManager === undefined) {
    const fix =
      'install podman ≥ 4.3, crun, netavark, passt and uidmap with your package manager, then `make up`';
    return finding('packages', 'limited', 'this distribution is not known here', name, fix);
  }
  if (missingPackages.length === 0)
    return finding('packages', 'fine', 'system packages', `${name}: all installed`);
  const command = installCommand(packageManager, missingPackages).join(' ');
  const fix = host.root ? 'make setup' : `sudo ${command}`;
  return finding('packages', 'broken', 'system packages are missing', missingPackages.join(', '), fix);
}

function account(host: Host): Finding {
  if (!host.root) return finding('account', 'fine', 'runs as you, not as root', host.account?.name ?? '');
  if (host.account) return finding('account', 'fine', 'runs as the service account', host.account.name);
  return finding('account', 'broken', 'the service account is missing', serviceAccountName, 'make setup');
}

function subordinateIds(host: Host): Finding[] {
  if (host.account === undefined) return [];
  const { name } = host.account;
  if (host.subordinateIds) return [finding('subids', 'fine', 'subordinate ids', `${name} has its own`)];
  const fix = asRoot(host, subordinateIdsCommand(name, host.nextSubordinateId).join(' '));
  return [finding('subids', 'broken', `${name} has no subordinate ids`, '/etc/subuid, /etc/subgid', fix)];
}

function podman(host: Host): Finding[] {
  if (host.podman === undefined) return [];
  const { version, problem } = host.podman;
  if (problem)
    return [finding('podman', 'broken', 'podman does not work for the account', problem, 'podman info')];
  if (version.isBefore(4, 3)) {
    return [
      finding('podman', 'broken', 'podman is older than 4.3', version.text, 'upgrade the distribution'),
    ];
  }
  return [finding('podman', 'fine', 'podman', version.text)];
}

function storage(host: Host): Finding[] {
  if (host.podman === undefined || host.podman.problem) return [];
  const { storageDriver } = host.podman;
  if (storageDriver !== 'vfs') return [finding('storage', 'fine', 'container storage', storageDriver)];
  const what = 'container storage copies every layer (driver vfs)';
  const fix =
    'driver = "overlay" in ~/.config/containers/storage.conf, then podman system reset (deletes all containers)';
  return [finding('storage', 'limited', what, 'slow, and many times the disk space', fix)];
}

function tun(host: Host): Finding {
  if (host.tun) return finding('tun', 'fine', 'rootless networks', '/dev/net/tun can be opened');
  const fix = asRoot(host, 'chmod 0666 /dev/net/tun');
  return finding('tun', 'broken', 'rootless networks need /dev/net/tun open to users', '/dev/net/tun', fix);
}

function cgroup(host: Host): Finding {
  if (host.cgroup === 'v2') return finding('cgroup', 'fine', 'memory limits hold', 'cgroup v2');
  if (host.cgroup === 'v1') {
    const what = 'memory and process limits are not enforced for rootless containers';
    const fix = 'boot with systemd.unified_cgroup_hierarchy=1 where limits matter';
    return finding('cgroup', 'limited', what, 'cgroup v1', fix);
  }
  const command =
    'mkdir -p /sys/fs/cgroup/hugetlb && mount -t cgroup -o hugetlb cgroup /sys/fs/cgroup/hugetlb';
  const evidence = 'cgroup v1 and v2 both have controllers: /sys/fs/cgroup/unified/cgroup.controllers';
  return finding('cgroup', 'broken', 'crun starts no container here', evidence, asRoot(host, command));
}

function manager(host: Host): Finding {
  if (canUseQuadlets(host))
    return finding('manager', 'fine', 'managed by systemd through Quadlets', 'podman ≥ 5.3');
  const reason = host.systemd.user
    ? `podman ${host.podman?.version.text} < 5.3`
    : 'no systemd for the account';
  const fix = 'a host with systemd and podman ≥ 5.3, such as Debian 13 or Fedora';
  return finding('manager', 'limited', '`podman kube play` runs the pod: no start at boot', reason, fix);
}

function selinux(host: Host): Finding[] {
  if (host.selinux === 'off') {
    const fix = 'a host that enforces SELinux, such as Fedora';
    return [finding('selinux', 'limited', 'SELinux does not confine the containers here', 'off', fix)];
  }
  const mode =
    host.selinux === 'enforcing'
      ? finding('selinux', 'fine', 'SELinux', 'enforcing')
      : finding('selinux', 'limited', 'SELinux only notes what it would deny', 'permissive', enforce(host));
  return [mode, policy(host), ...silence(host)];
}

function enforce(host: Host): string {
  return `${asRoot(host, 'setenforce 1')}, and SELINUX=enforcing in /etc/selinux/config`;
}

function policy({ selinuxPolicy }: Host): Finding {
  if (selinuxPolicy === 'current')
    return finding('selinux-policy', 'fine', "SELinux knows the services' types", 'policy loaded');
  const what = `the SELinux policy is ${selinuxPolicy === 'old' ? 'of another version' : 'missing'}`;
  return finding('selinux-policy', 'broken', what, 'no container would start as declared', 'make setup');
}

/** On Debian our policy makes conmon's pipes writable, which it knows by its label. */
function silence(host: Host): Finding[] {
  const { conmonLabel, distribution } = host;
  if (distribution.packageManager !== 'apt' || conmonLabel === undefined) return [];
  if (conmonLabel.includes(':conmon_exec_t:')) return [];
  const fix = asRoot(host, 'restorecon -v /usr/bin/conmon');
  return [
    finding(
      'selinux-logs',
      'limited',
      'containers cannot write to their logs',
      `conmon is ${conmonLabel}`,
      fix,
    ),
  ];
}

function disk(host: Host): Finding {
  const evidence = `${(host.diskFreeBytes / gibibyte).toFixed(1)} GiB free`;
  if (host.diskFreeBytes >= neededDisk) return finding('disk', 'fine', 'disk space', evidence);
  return finding(
    'disk',
    'limited',
    'less than 4 GiB of disk are free',
    evidence,
    'make room: a build needs 4 GiB',
  );
}

function memory(host: Host): Finding {
  const evidence = `${(host.memoryBytes / gibibyte).toFixed(1)} GiB`;
  if (host.memoryBytes >= 4 * gibibyte) return finding('memory', 'fine', 'memory', evidence);
  return finding(
    'memory',
    'limited',
    'little memory: only small models will fit',
    evidence,
    'use small models',
  );
}

function registry(host: Host): Finding {
  if (host.registry) return finding('registry', 'fine', 'container registry', 'Docker Hub answers');
  return finding(
    'registry',
    'fine',
    'no container registry answers',
    "images are built on Debian's packages instead",
  );
}

function port(host: Host): Finding {
  if (host.port !== 'taken')
    return finding('port', 'fine', 'port 8080', host.port === 'ours' ? 'ours' : 'free');
  const fix = "ss -ltnp 'sport = :8080' names who has it; or PORT=8081 make deploy";
  return finding('port', 'limited', 'port 8080 is taken', '127.0.0.1:8080', fix);
}

function gpu(host: Host): Finding[] {
  const problems = host.cdiSpecs.flatMap((spec) =>
    spec.problems.map(({ what, fix }) =>
      finding('gpu', 'limited', `CDI spec ${spec.path} is of no use`, what, asRoot(host, fix)),
    ),
  );
  const gpu = gpuDevice(usableDevices(host.cdiSpecs).map(({ name }) => name));
  if (gpu && canUseQuadlets(host))
    return [...problems, finding('gpu', 'fine', 'GPU for language models', gpu)];
  if (gpu) {
    const why = 'only systemd units (podman 5.3 or newer) hand it to a container; models run on the CPU';
    return [...problems, finding('gpu', 'limited', `GPU ${gpu} is not used`, why)];
  }
  return [...problems, finding('gpu', 'fine', 'GPU', 'no CDI device: models run on the CPU')];
}
