import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Podman } from '../podman.ts';

/** Programs that carry rootless containers' ports to the host. */
const forwarders = ['rootlessport', 'rootlessport-ch', 'slirp4netns', 'pasta', 'pasta.avx2', 'conmon'];
/** Those whose UDP sockets are published ports, and not on their way out. */
const portForwarders = ['rootlessport', 'rootlessport-ch'];

interface Listed {
  Names: string[];
  PodName?: string;
  Ports: Array<{ host_ip: string; host_port: number; container_port: number; range?: number }> | null;
}

/**
 * Where podman's forwarders listen on the host for a pod or a container, `ADDRESS:PORT->CONTAINER PORT`: by the
 * kernel's list of sockets. What podman says only tells which of them are another's.
 */
export async function publishedSockets(podman: Podman, owner: string): Promise<string[]> {
  const listed = JSON.parse(await podman.run(['ps', '--pod', '--format', 'json'])) as Listed[];
  const ports = listed.flatMap(({ Names, PodName, Ports }) =>
    (Ports ?? []).map((port) => ({ ...port, ours: PodName === owner || Names.includes(owner) })),
  );
  return listeningSockets(podman.account.uid).flatMap(({ address, port }) => {
    const known = ports.filter(
      ({ host_ip, host_port, range = 1 }) =>
        addressesOf(host_ip || '0.0.0.0').includes(address) &&
        port >= host_port &&
        port < host_port + Math.max(1, range),
    );
    if (known.some(({ ours }) => !ours)) return [];
    return [`${address}:${port}->${known[0]?.container_port ?? 'nobody knows where'}`];
  });
}

/** Podman listens by one socket of IPv6 where every address of IPv4 is meant. */
export function addressesOf(ip: string): string[] {
  return ip === '0.0.0.0' ? [ip, '[::]'] : [ip];
}

function listeningSockets(uid: number): Array<{ address: string; port: number }> {
  return [
    ...socketsIn('/proc/net/tcp', '0A', forwarderInodes(uid, forwarders)),
    ...socketsIn('/proc/net/udp', '07', forwarderInodes(uid, portForwarders)),
  ];
}

/** IPv4's table and IPv6's; `state` is what the kernel calls a socket that waits for anybody. */
function socketsIn(table: string, state: string, inodes: ReadonlySet<string>) {
  const rows = [table, `${table}6`].flatMap((file) =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1) : [],
  );
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[3] === state && inodes.has(row[9] ?? ''))
    .map((row) => {
      const [address = '', port = ''] = (row[1] ?? '').split(':');
      return { address: ipText(address), port: Number.parseInt(port, 16) };
    });
}

function forwarderInodes(uid: number, names: readonly string[]): Set<string> {
  const inodes = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!names.includes(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) continue;
      if (!new RegExp(`^Uid:\\s+${uid}\\b`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue;
      for (const file of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${file}`))?.[1];
        if (inode) inodes.add(inode);
      }
    } catch {
      // It ended meanwhile.
    }
  }
  return inodes;
}

/** /proc/net/tcp writes IPv4 addresses as one number in the machine's byte order. */
function ipText(hexadecimal: string): string {
  if (hexadecimal.length > 8) return /^0+$/.test(hexadecimal) ? '[::]' : `[${hexadecimal}]`;
  return [6, 4, 2, 0].map((at) => Number.parseInt(hexadecimal.slice(at, at + 2), 16)).join('.');
}
