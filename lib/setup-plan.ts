import {
  type Account,
  asAccount,
  serviceAccountComment,
  serviceAccountHome,
  serviceAccountName,
  settingsFolder,
} from './account.ts';
import type { Machine } from './host.ts';
import type { Action } from './run.ts';
import { systemctlUser } from './systemd.ts';

const idsPerRange = 65_536;

/** Settings of rootless podman that the platform needs, in files of its own. */
export function configurationPlan(account: Account, { ownStorage }: { ownStorage: boolean }): Action[] {
  const folder = `${account.home}/.config/containers`;
  const plan: Action[] = [
    {
      does: "move podman's default network out of 10.88.0.0/16",
      file: `${folder}/containers.conf.d/50-ai-semble.conf`,
      text: '# Ai-semble: its own network is 10.88.0.0/24, which podman would otherwise take for itself.\n[network]\ndefault_subnet = "10.87.0.0/16"\n',
      account,
    },
  ];
  if (ownStorage) {
    plan.push({
      does: 'keep container storage in overlay layers',
      file: `${folder}/storage.conf`,
      text: '# Ai-semble: podman 4 would otherwise copy every layer whole (driver vfs).\n[storage]\ndriver = "overlay"\n',
      account,
    });
  }
  return plan;
}

/** What only root can mend on the machine itself. */
export function machinePlan(host: Pick<Machine, 'root' | 'tun' | 'cgroup'>): Action[] {
  if (!host.root) return [];
  const plan: Action[] = [];
  if (!host.tun) plan.push({ does: 'open /dev/net/tun to users', argv: ['chmod', '0666', '/dev/net/tun'] });
  if (host.cgroup === 'mixed') {
    const folder = '/sys/fs/cgroup/hugetlb';
    plan.push({ does: 'leave cgroup v2 without controllers', argv: ['mkdir', '-p', folder] });
    plan.push({
      does: 'so that crun starts',
      argv: ['mount', '-t', 'cgroup', '-o', 'hugetlb', 'cgroup', folder],
    });
  }
  return plan;
}

/**
 * The account that root's platform runs as: no password, no login but through root. An ordinary uid, not a system
 * one: journald keeps system users' logs where `journalctl --user` does not look.
 */
export function accountPlan(): Action[] {
  const account = ['--create-home', '--home-dir', serviceAccountHome, '--shell', '/bin/bash'];
  const comment = ['--comment', serviceAccountComment];
  return [
    { does: 'make the service account', argv: ['useradd', ...account, ...comment, serviceAccountName] },
  ];
}

/** What the account needs and may lack: ids for its containers' users, and a home of its own. */
export function accountMendingPlan(subordinateIds: boolean, nextId: number): Action[] {
  const mode: Action = { does: 'keep its files to itself', argv: ['chmod', '0700', serviceAccountHome] };
  if (subordinateIds) return [mode];
  return [mode, { does: 'give it subordinate ids', argv: subordinateIdsCommand(serviceAccountName, nextId) }];
}

export function subordinateIdsCommand(name: string, first: number): string[] {
  const range = `${first}-${first + idsPerRange - 1}`;
  return ['usermod', '--add-subuids', range, '--add-subgids', range, name];
}

/**
 * The service account's runtime folder, where no systemd makes it. Where `idle`, with no process of the account alive,
 * what podman kept there is of before the machine stopped, and would be taken for running pods: it goes, as at a boot.
 */
export function sessionPlan(account: Account, { idle }: { idle: boolean }): Action[] {
  const owner = `${account.uid}:${account.gid}`;
  const state = [
    account.runtimeFolder,
    `/tmp/podman-run-${account.uid}`,
    `/tmp/containers-user-${account.uid}`,
  ];
  const stale: Action[] = idle
    ? [{ does: 'forget what ran before the machine stopped', argv: ['rm', '-rf', ...state] }]
    : [];
  return [
    ...stale,
    { does: 'make the runtime folder', argv: ['mkdir', '-p', account.runtimeFolder] },
    { does: 'give it to the account', argv: ['chown', owner, account.runtimeFolder] },
    { does: 'keep it to itself', argv: ['chmod', '0700', account.runtimeFolder] },
  ];
}

/** podman's API socket for tools on the host; no container ever sees it. */
export function socketPlan(account: Account): Action[] {
  return [
    { does: 'enable podman.socket', argv: systemctlUser(account, ['enable', '--now', 'podman.socket']) },
  ];
}

/** A secret's value in the account's settings, from which podman's secrets are made. */
export function secretFilePlan(account: Account, name: string, value: string): Action {
  const file = `${settingsFolder(account)}/${name}`;
  return { does: `keep ${name}`, file, text: `${value}\n`, mode: '600', account };
}

/** Lets the account's units start at boot and outlive its logins. */
export function lingerCommand(account: Account): string[] {
  return ['loginctl', 'enable-linger', account.name];
}

/** Whether it does already. */
export function lingerQuery(account: Account): string[] {
  return asAccount(account, ['loginctl', 'show-user', account.name, '--property=Linger', '--value']);
}
