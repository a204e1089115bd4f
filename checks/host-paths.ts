import { posix } from 'node:path';

const socket =
  /(^|\/)(podman|docker|containerd|crio|buildkitd)\.sock$|^(\/run|\/var\/run|\/run\/user\/\d+|%t)\/(podman|docker|containerd|crio)$/;

const sensitive: ReadonlyArray<readonly [path: RegExp, what: string]> = [
  [/^\/$/, 'the whole host'],
  [/^\/(boot|dev|usr|lib|lib64|bin|sbin)$/, 'the system itself'],
  [/^\/etc(\/(shadow|gshadow|sudoers|sudoers\.d|ssh|pki|containers))?$/, "the host's settings and keys"],
  [/^(\/root|\/home|\/home\/[^/]+|%h)(\/\.ssh|\/\.gnupg|\/\.config)?$/, 'a home folder with its keys'],
  [/^\/(proc|sys)$|^\/proc\/sys(\/|$)|^\/sys\/(fs\/cgroup|kernel)(\/|$)/, "the kernel's switches"],
  [
    /^(\/run|\/var\/run|\/run\/user\/\d+|%t|\/(var\/)?run\/(systemd|dbus))$/,
    'a place of sockets that rule the host',
  ],
  [/^\/var(\/lib)?$|^(\/var\/lib|%h\/\.local\/share)\/(containers|docker)(\/|$)/, 'the data of all services'],
];

/** Whether a path leads to the socket of a container engine, or is the folder that holds it. */
export function isEngineSocket(path: string): boolean {
  return socket.test(plainPath(path));
}

/** What of the host a path gives away when it is mounted into a container; `undefined` where it is just data. */
export function sensitivePath(path: string): string | undefined {
  const plain = plainPath(path);
  if (socket.test(plain)) return "a container engine's socket";
  return sensitive.find(([pattern]) => pattern.test(plain))?.[1];
}

function plainPath(path: string): string {
  return posix
    .normalize(path)
    .replace(/(?<=.)\/$/, '')
    .replace(/^\/\//, '/');
}
