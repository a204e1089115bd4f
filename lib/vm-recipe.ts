import { createHash } from 'node:crypto';
import { missingPackages } from './distribution.ts';
import { policyModule, selinuxPolicy } from './selinux-policy.ts';

/** The test machine: Debian 13 with systemd and SELinux enforcing, and the user that Ai-semble runs as. */
export const guest = {
  name: 'ai-semble-vm',
  suite: 'trixie',
  user: 'user',
  uid: 1000,
  /** Where the scripts' npm packages lie ready. */
  packages: '/home/user/.cache/ai-semble-packages',
  processors: 2,
  disk: '20G',
  kernelLine: 'root=/dev/vda rw console=ttyS0 quiet security=selinux selinux=1 enforcing=1',
} as const;

/** Debian's, whatever the host's own are: QEMU 7 crashes emulated guests that have two processors. */
export const emulatorPackages = ['qemu-system-x86', 'qemu-utils', 'e2fsprogs'] as const;

/** What `make setup` would ask for comes with the disk: only root could install it later. */
export const guestPackages: readonly string[] = [
  ...missingPackages('apt', () => false, true),
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'systemd-sysv', 'libpam-systemd', 'openssh-server'],
  ...['selinux-policy-default', 'policycoreutils', 'policycoreutils-python-utils', 'selinux-utils'],
  ...['semodule-utils', 'checkpolicy', 'secilc', 'auditd'],
  ...['nodejs', 'npm', 'make', 'curl', 'ca-certificates', 'procps', 'iproute2'],
];

export interface GuestFile {
  path: string;
  text: string;
}

const policyFile = `/usr/local/share/${policyModule}.cil`;

/** What only root can do: the fix that `make setup` tells an ordinary user, and what Node.js needs before it can. */
const enforcing: ReadonlyArray<readonly string[]> = [
  ['semodule', '-n', '-i', policyFile],
  // Node compiles JavaScript to machine code, and refuses to go on where it may not.
  ['semanage', 'boolean', '-N', '-m', '--on', 'allow_execmem'],
];

export function guestFiles(publicKey: string): GuestFile[] {
  return [
    { path: '/etc/fstab', text: '/dev/vda / ext4 defaults 0 1\n' },
    { path: '/etc/hostname', text: `${guest.name}\n` },
    { path: '/etc/hosts', text: `127.0.0.1 localhost\n127.0.1.1 ${guest.name}\n` },
    // What QEMU's user network answers on.
    { path: '/etc/resolv.conf', text: 'nameserver 10.0.2.3\n' },
    { path: '/etc/systemd/network/50-qemu.network', text: '[Match]\nName=en*\n\n[Network]\nDHCP=yes\n' },
    { path: '/etc/selinux/config', text: 'SELINUX=enforcing\nSELINUXTYPE=default\n' },
    { path: `/var/lib/systemd/linger/${guest.user}`, text: '' },
    { path: '/root/.ssh/authorized_keys', text: publicKey },
    { path: `/home/${guest.user}/.ssh/authorized_keys`, text: publicKey },
    { path: policyFile, text: selinuxPolicy('apt', false).text },
  ];
}

/** Health probes as an emulated machine can bear them: at the platform's own pace they take most of its time. */
export const patience: GuestFile = {
  path: '/etc/containers/systemd/users/container.d/50-emulated.conf',
  text: '[Container]\nHealthInterval=10m\nHealthTimeout=5m\n',
};

/** Typed as root in the disk's files, in order: before the files above, and after them. */
export const guestCommands: Readonly<Record<'before' | 'after', ReadonlyArray<readonly string[]>>> = {
  before: [
    ['useradd', '--create-home', '--uid', String(guest.uid), '--shell', '/bin/bash', guest.user],
    ['rm', '-f', '/etc/resolv.conf'],
  ],
  after: [
    ['chown', '-R', `${guest.user}:`, `/home/${guest.user}`],
    ['systemctl', 'enable', 'systemd-networkd', 'ssh', 'auditd'],
    ['systemctl', 'disable', 'systemd-networkd-wait-online'],
    ...enforcing,
  ],
};

/** Gives every file its SELinux label, without an SELinux of the host's. */
export const labelCommand: readonly string[] = [
  ...['setfiles', '-F', '-e', '/proc', '-e', '/sys', '-e', '/dev'],
  ...['/etc/selinux/default/contexts/files/file_contexts', '/'],
];

/** A short name for what is made from `parts`. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
