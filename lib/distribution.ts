import { isSystemdMachine } from './systemd.ts';

export type PackageManager = 'apt' | 'dnf';

export interface Distribution {
  /** `ID` of os-release(5), such as debian or fedora. */
  id: string;
  name: string;
  packageManager: PackageManager | undefined;
}

interface Requirement {
  /** A file that is there where the package is. */
  path: string;
  apt: string | undefined;
  dnf: string | undefined;
  /** Needed only where systemd runs. */
  systemd?: true;
}

/** What the platform needs from the distribution, and how to see that it is there. */
const requirements: readonly Requirement[] = [
  { path: '/usr/bin/podman', apt: 'podman', dnf: 'podman' },
  { path: '/usr/bin/crun', apt: 'crun', dnf: 'crun' },
  { path: '/usr/lib/podman/netavark', apt: 'netavark', dnf: undefined },
  { path: '/usr/lib/podman/aardvark-dns', apt: 'aardvark-dns', dnf: undefined },
  { path: '/usr/sbin/iptables', apt: 'iptables', dnf: undefined },
  { path: '/usr/sbin/nft', apt: 'nftables', dnf: undefined },
  { path: '/usr/bin/newuidmap', apt: 'uidmap', dnf: 'shadow-utils' },
  { path: '/usr/bin/slirp4netns', apt: 'slirp4netns', dnf: 'slirp4netns' },
  { path: '/usr/lib/systemd/user/dbus.socket', apt: 'dbus-user-session', dnf: undefined, systemd: true },
  { path: '/usr/bin/passt', apt: 'passt', dnf: 'passt' },
  { path: '/usr/libexec/podman/catatonit', apt: undefined, dnf: 'catatonit' },
  { path: '/usr/bin/catatonit', apt: 'catatonit', dnf: undefined },
  { path: '/usr/bin/mmdebstrap', apt: 'mmdebstrap', dnf: undefined },
  { path: '/usr/sbin/runuser', apt: 'util-linux', dnf: 'util-linux' },
];

/** Reads os-release(5). */
export function parseOsRelease(text: string): Distribution {
  const fields = new Map(
    text
      .split('\n')
      .map((line) => /^([A-Z_]+)=(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map((match) => [match[1], (match[2] ?? '').replace(/^["']|["']$/g, '')] as const),
  );
  const id = fields.get('ID') ?? 'unknown';
  const family = [id, ...(fields.get('ID_LIKE') ?? '').split(' ')];
  const packageManager = family.includes('debian') || family.includes('ubuntu') ? 'apt' : undefined;
  const dnf = family.some((name) => ['fedora', 'rhel', 'centos'].includes(name)) ? 'dnf' : undefined;
  return { id, name: fields.get('PRETTY_NAME') ?? id, packageManager: packageManager ?? dnf };
}

/** Packages of this distribution that are not installed. */
export function missingPackages(
  manager: PackageManager,
  exists: (path: string) => boolean,
  systemd = isSystemdMachine(),
): string[] {
  return requirements.flatMap((requirement) => {
    const name = requirement[manager];
    const wanted = name !== undefined && (systemd || !requirement.systemd);
    return wanted && !exists(requirement.path) ? [name] : [];
  });
}

/** The command line that installs packages, as root. */
export function installCommand(manager: PackageManager, packages: readonly string[]): string[] {
  return manager === 'apt'
    ? ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages]
    : ['dnf', 'install', '--assumeyes', '--setopt=install_weak_deps=False', ...packages];
}
