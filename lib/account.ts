import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { Failure } from './failure.ts';
import { platform } from './platform.ts';

/** Whose rootless podman runs the platform. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  runtimeFolder: string;
  /** True where root asked and the work is handed to the service account. */
  service: boolean;
}

/** passwd's comment on the account that setup makes: an account without it is somebody else's. */
export const serviceAccountComment = 'Ai-semble service account';

export const serviceAccountName = platform.name;
/**
 * Below /home: podman 4 hides /var/lib inside its rootless network namespace, and SELinux labels container
 * storage by this path. https://github.com/containers/podman/blob/v4.3.1/libpod/networking_linux.go
 */
export const serviceAccountHome = `/home/${serviceAccountName}`;

export const isRoot = process.getuid?.() === 0;

/** The caller, or the service account where the caller is root; `undefined` where that is not made yet. */
export function findAccount(): Account | undefined {
  if (isRoot) return parsePasswd(readFileSync('/etc/passwd', 'utf8'), serviceAccountName);
  const { username, uid, gid } = userInfo();
  const runtimeFolder = process.env.XDG_RUNTIME_DIR ?? `/run/user/${uid}`;
  return { name: username, uid, gid, home: homedir(), runtimeFolder, service: false };
}

export function parsePasswd(text: string, name: string): Account | undefined {
  const line = text.split('\n').find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) return undefined;
  const [, , uid, gid, comment, home = ''] = line.split(':');
  if (comment !== serviceAccountComment) {
    throw new Failure(`there is an account '${name}' already, and setup did not make it`, {
      exit: 3,
      fix: 'rename or remove it, or run as an ordinary user instead of root',
    });
  }
  return { name, uid: Number(uid), gid: Number(gid), home, runtimeFolder: `/run/user/${uid}`, service: true };
}

/**
 * An argument vector that runs `argv` as the account, with an environment of its own where that is another user;
 * `keep` names variables of the caller's that come along.
 */
export function asAccount(
  account: Account,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  keep: readonly string[] = [],
) {
  const extra = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  if (!account.service) return extra.length > 0 ? ['env', ...extra, ...argv] : [...argv];
  const kept = new Set([
    'TERM',
    'LANG',
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    ...keep,
  ]);
  // By name: values, a proxy's password among them, must not stand in a command line that everybody can read.
  const dropped = Object.keys(process.env).filter((key) => !kept.has(key) && key !== '_');
  const environment = [
    `HOME=${account.home}`,
    `USER=${account.name}`,
    `XDG_RUNTIME_DIR=${account.runtimeFolder}`,
    `DBUS_SESSION_BUS_ADDRESS=unix:path=${account.runtimeFolder}/bus`,
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  // From the top folder: the account may not be able to enter the caller's.
  const clean = ['env', '--chdir=/', ...dropped.map((key) => `--unset=${key}`), ...environment, ...extra];
  return ['/usr/sbin/runuser', '-u', account.name, '--', ...clean, ...argv];
}

/** Folder of the account's own settings: the keys that setup made. */
export function settingsFolder(account: Account): string {
  return `${account.home}/.config/${platform.name}`;
}
