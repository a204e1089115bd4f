import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRoot } from './account.ts';
import { Failure } from './failure.ts';
import type { Machine } from './host.ts';
import { root } from './paths.ts';
import { platform, type VolumeId, volumeFileType } from './platform.ts';
import type { Podman } from './podman.ts';
import { volumesOf } from './quadlet-manifests.ts';
import { attempt, run } from './run.ts';
import { type Policy, policyModule, selinuxPolicy } from './selinux-policy.ts';
import { say } from './terminal.ts';

/**
 * Where a user without root finds the module that only root can install. Not in ~/.config, which SELinux keeps from
 * semodule, whoever runs it.
 */
const policyFile = join(root, '.cache', `${policyModule}.cil`);

/** Installs the policy unless the kernel has just that; an ordinary user is told how. */
export async function installPolicy(machine: Machine, dryRun: boolean): Promise<string> {
  if (machine.selinux === 'off') return 'SELinux is off';
  if (machine.selinuxPolicy === 'current') return 'loaded already';
  const policy = selinuxPolicy(machine.distribution.packageManager, machine.gpu !== undefined);
  if (dryRun) {
    say(`would install SELinux module ${policyModule} (${policy.versionType})`);
    return machine.selinuxPolicy;
  }
  if (!isRoot) return refuseUninstalled(policy, machine);
  // Root's own folder: what the service account can write must not become policy.
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-selinux-'));
  try {
    const file = join(folder, `${policyModule}.cil`);
    writeFileSync(file, policy.text);
    await run(['semodule', '--install', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return 'installed';
}

function refuseUninstalled({ text }: Policy, machine: Machine): never {
  mkdirSync(dirname(policyFile), { recursive: true });
  writeFileSync(policyFile, text);
  throw new Failure(`the SELinux policy is ${machine.selinuxPolicy}: only root can install it`, {
    exit: 3,
    fix: `sudo semodule --install ${policyFile}`,
  });
}

/** The kernel would refuse to start containers of a type that it does not know, in podman's words. */
export function refuseWithoutPolicy({ selinux, selinuxPolicy }: Machine): void {
  if (selinux === 'off' || selinuxPolicy === 'current') return;
  throw new Failure(`SELinux is on, and Ai-semble's policy for it is ${selinuxPolicy}`, {
    exit: 3,
    fix: 'make setup',
  });
}

/**
 * Gives the volumes their labels where they have others: volumes of before there was a policy, and those that
 * `kube play` mounts, which it does not label.
 */
export async function labelVolumes(podman: Podman): Promise<string> {
  let changed = 0;
  for (const volume of volumesOf(platform) as VolumeId[]) {
    const format = ['--format', '{{.Mountpoint}}', `${platform.name}-${volume}`];
    const inspected = await podman.attempt(['volume', 'inspect', ...format]);
    if (inspected.exitCode !== 0) continue;
    const folder = inspected.stdout.trim();
    const [type, level] = [volumeFileType(volume), platform.selinuxLevel];
    const found = await podman.run(['unshare', 'stat', '--format=%C', folder]);
    if (found.trim().endsWith(`:${type}:${level}`)) continue;
    // As the owner of the files, who is another user outside.
    await podman.run(['unshare', 'chcon', '--recursive', '--type', type, '--range', level, folder]);
    changed++;
  }
  return changed === 0 ? 'as they should be' : `${changed} volumes labelled`;
}

/** Removes the policy, unless another account's containers run under it; resolves to what remains to be done. */
export async function removePolicy(): Promise<string | undefined> {
  const remove = ['semodule', '--remove', policyModule];
  if (!isRoot) return `the SELinux policy stays until: sudo ${remove.join(' ')}`;
  const { stdout } = await attempt(['ps', '-e', '-o', 'label=']);
  if (stdout.includes(`:${policyModule}_`)) {
    return `the SELinux policy stays: another account's containers run under it; afterwards: ${remove.join(' ')}`;
  }
  await run(remove);
  return undefined;
}
