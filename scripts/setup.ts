import { existsSync, readFileSync } from 'node:fs';
import { type Account, findAccount, isRoot } from '../lib/account.ts';
import { diagnose } from '../lib/diagnosis.ts';
import { installCommand, missingPackages, parseOsRelease } from '../lib/distribution.ts';
import { Failure } from '../lib/failure.ts';
import { detectHost, detectMachine, type Host, type Machine } from '../lib/host.ts';
import { createNetworkCommand, networkFaults } from '../lib/network.ts';
import { platform, type SecretId } from '../lib/platform.ts';
import { type Podman, podmanOf } from '../lib/podman.ts';
import { volumesOf } from '../lib/quadlet-manifests.ts';
import { type Action, apply, attempt } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { newSecret } from '../lib/secret.ts';
import { podmanSecretsPlan, secretIds } from '../lib/secrets-plan.ts';
import { installPolicy } from '../lib/selinux-setup.ts';
import { type Made, readMade, readSetting, recordMade } from '../lib/settings.ts';
import * as plans from '../lib/setup-plan.ts';
import { firstFreeId, hasRange } from '../lib/subordinate-ids.ts';
import { hasUserSystemd, isSystemdMachine, systemctlUser } from '../lib/systemd.ts';
import { phase, warn } from '../lib/terminal.ts';
import { parseVersion } from '../lib/version.ts';
import { waitFor } from '../lib/wait.ts';

const usage = {
  summary: 'Prepares this machine: packages, account, podman, network, volumes, secrets. Safe to run again.',
  options: { 'dry-run': { type: 'boolean', help: 'print what would be done' } },
} as const;

await script(usage, async (options) => {
  const dryRun = options['dry-run'];
  await phase('system packages', () => installPackages(dryRun));
  await phase('account', () => prepareAccount(dryRun));
  const account = findAccount();
  if (account === undefined) return warn('the rest needs the service account, which a dry run does not make');
  await phase('podman settings', () => configure(account, dryRun));
  const machine = detectMachine();
  await phase('this machine', () => prepareMachine(machine, account, dryRun));
  await phase('SELinux policy', () => installPolicy(machine, dryRun));
  await phase('network, volumes, secrets', () => prepareResources(podmanOf(account), dryRun));
  if (!dryRun) refuseBroken(await detectHost());
});

async function installPackages(dryRun: boolean): Promise<string> {
  const { packageManager, name } = parseOsRelease(readFileSync('/etc/os-release', 'utf8'));
  if (packageManager === undefined) return `${name}: not known here, nothing installed`;
  const missing = missingPackages(packageManager, existsSync);
  if (missing.length === 0) return 'all there';
  const install = installCommand(packageManager, missing);
  if (!isRoot) {
    throw new Failure(`system packages are missing: ${missing.join(', ')}`, {
      exit: 3,
      fix: `sudo ${install.join(' ')}`,
    });
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const plan: Action[] = [{ does: 'install', argv: install, env }];
  if (packageManager === 'apt')
    plan.unshift({ does: 'read package lists', argv: ['apt-get', 'update'], env });
  await apply(plan, { dryRun });
  return missing.join(', ');
}

async function prepareAccount(dryRun: boolean): Promise<string> {
  if (isRoot && findAccount() === undefined) await apply(plans.accountPlan(), { dryRun });
  const account = findAccount();
  if (account === undefined) return platform.name;
  if (account.service) {
    const files = ['/etc/subuid', '/etc/subgid'].map(read);
    const complete = files.every((text) => hasRange(text, account));
    await apply(plans.accountMendingPlan(complete, firstFreeId(...files)), { dryRun });
  }
  return account.name;
}

/** Before the first call of podman: the storage driver is settled by it. Podman 5 takes overlay by itself. */
async function configure(account: Account, dryRun: boolean): Promise<string> {
  const { stdout } = await attempt(['podman', '--version']);
  const started = existsSync(`${account.home}/.local/share/containers/storage`);
  const configured = existsSync(`${account.home}/.config/containers/storage.conf`);
  const ownStorage = parseVersion(stdout).isBefore(5, 0) && !configured && (account.service || !started);
  const plan = plans.configurationPlan(account, { ownStorage });
  if (ownStorage) plan.push(recordMade(account, [...(await readMade(account)), 'storage.conf']));
  await apply(plan, { dryRun });
  return `${account.home}/.config/containers`;
}

async function prepareMachine(machine: Machine, account: Account, dryRun: boolean): Promise<string> {
  await apply(plans.machinePlan(machine), { dryRun });
  if (!isSystemdMachine()) {
    if (account.service) {
      const idle = (await attempt(['pgrep', '-u', String(account.uid)])).exitCode === 1;
      await apply(plans.sessionPlan(account, { idle }), { dryRun });
    }
    return 'no systemd here';
  }
  if (dryRun) return 'systemd';
  for (const enable of [enableLinger, enableSocket]) {
    const made = await enable(account);
    if (made.length > 0) await apply([recordMade(account, [...(await readMade(account)), ...made])]);
  }
  return 'a systemd of its own';
}

/** Without it the pod still runs, until the last login ends. */
async function enableLinger(account: Account): Promise<Made[]> {
  if ((await attempt(plans.lingerQuery(account))).stdout.trim() === 'yes') return [];
  const command = plans.lingerCommand(account);
  if ((await attempt(command)).exitCode === 0) return ['linger'];
  warn(`the pod will stop when you log out, and not start at boot, until: sudo ${command.join(' ')}`);
  return [];
}

async function enableSocket(account: Account): Promise<Made[]> {
  const present = async () => hasUserSystemd(account) || undefined;
  await waitFor(
    { what: `${account.name}'s systemd`, timeoutMs: 30_000, fix: 'log in once, then make setup' },
    present,
  );
  const enabled = await attempt(systemctlUser(account, ['is-enabled', 'podman.socket']));
  if (enabled.exitCode === 0) return [];
  await apply(plans.socketPlan(account));
  return ['socket'];
}

async function prepareResources(podman: Podman, dryRun: boolean): Promise<string> {
  const plan = await networkPlan(podman);
  const volumes = (await podman.run(['volume', 'ls', '--quiet'])).split('\n');
  for (const name of volumesOf(platform).map((volume) => `${platform.name}-${volume}`)) {
    if (!volumes.includes(name))
      plan.push({ does: 'make a volume', argv: podman.argv(['volume', 'create', name]) });
  }
  const values = new Map<SecretId, string>();
  for (const id of secretIds) {
    const kept = await readSetting(podman.account, id);
    const value = kept ?? newSecret();
    if (kept === undefined) plan.push(plans.secretFilePlan(podman.account, id, value));
    values.set(id, value);
  }
  plan.push(...(await podmanSecretsPlan(podman, values)));
  await apply(plan, { dryRun });
  return plan.length === 0 ? 'nothing to change' : `${plan.length} steps`;
}

/** Made anew where it is not what it must be and no container is in it. */
async function networkPlan(podman: Podman): Promise<Action[]> {
  const { name, network } = platform;
  const make = { does: 'make the network', argv: createNetworkCommand(podman, name, network) };
  const faults = await networkFaults(podman, name, network);
  if (faults === undefined) return [make];
  if (faults.length === 0) return [];
  const used = (await podman.run(['ps', '--all', '--quiet', '--filter', `network=${name}`])).trim() !== '';
  if (!used) return [{ does: 'remove the old network', argv: podman.argv(['network', 'rm', name]) }, make];
  throw new Failure(`podman's network '${name}' is not what it must be: ${faults.join('; ')}`, {
    exit: 3,
    fix: 'make remove, then make up',
  });
}

function refuseBroken(host: Host): void {
  const broken = diagnose(host).filter((finding) => finding.state === 'broken');
  const [first] = broken;
  if (first === undefined) return;
  const list = broken.map(({ what, evidence }) => `${what} (${evidence})`).join('; ');
  throw new Failure(list, { exit: 3, fix: first.fix ?? 'make doctor' });
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
