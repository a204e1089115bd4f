import { type Account, asAccount, findAccount, settingsFolder } from '../lib/account.ts';
import { kubeSecretName, platform, secretName } from '../lib/platform.ts';
import { variants } from '../lib/pod-manifests.ts';
import { removePod } from '../lib/pod-removal.ts';
import { type Podman, podmanOf } from '../lib/podman.ts';
import { quadletFolder } from '../lib/quadlet-deployment.ts';
import { renderQuadlets, volumesOf } from '../lib/quadlet-manifests.ts';
import { attempt, run } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { profileFolder, removeProfiles } from '../lib/seccomp-install.ts';
import { secretIds } from '../lib/secrets-plan.ts';
import { isLoaded } from '../lib/selinux-policy.ts';
import { removePolicy } from '../lib/selinux-setup.ts';
import { readMade } from '../lib/settings.ts';
import { hasUserSystemd, isSystemdMachine, systemctlUser } from '../lib/systemd.ts';
import { phase, say } from '../lib/terminal.ts';
import { waitFor } from '../lib/wait.ts';

const usage = {
  summary: 'Removes what setup, build and deploy made: pod, units, images, network. Keeps your data and key.',
  options: { data: { type: 'boolean', help: 'also the volumes, the keys and the service account' } },
} as const;

await script(usage, async ({ data }) => {
  const account = findAccount();
  if (account === undefined) return say('nothing is installed');
  const podman = podmanOf(account);
  await phase('pods', () => removePods(podman));
  await phase('images', () => removeImages(podman));
  await phase('network and secrets', () => removeResources(podman, data));
  await phase('settings', () => removeSettings(podman, data));
  const left = isLoaded() ? await removePolicy() : undefined;
  if (left !== undefined) say(left);
  if (!data) say('Volumes and keys are kept; `make remove DATA=1` removes them too.');
});

async function removePods(podman: Podman): Promise<undefined> {
  const { account } = podman;
  if (hasUserSystemd(account)) {
    const oneShots = ['network', ...volumesOf(platform).map((volume) => `${volume}-volume`)].map(
      (name) => `${platform.name}-${name}`,
    );
    await attempt(systemctlUser(account, ['stop', `${platform.name}.pod`, ...oneShots]));
    const folder = quadletFolder(account);
    const units = [...renderQuadlets(platform).keys()].flatMap((file) => [
      `${folder}/${file}`,
      `${folder}/${file}.d`,
    ]);
    await run(asAccount(account, ['rm', '-rf', ...units]));
    await run(systemctlUser(account, ['daemon-reload']));
  }
  for (const { podName } of variants) {
    await removePod(podman, podName, platform.stopSeconds);
  }
  return undefined;
}

/** Containers of builds that were broken off, which only `--external` shows, hold their images. */
async function removeBuildLeftovers(podman: Podman): Promise<void> {
  const labelled = ['images', '--all', '--quiet', '--no-trunc', '--filter', `label=app=${platform.name}`];
  const ours = (await podman.run(labelled)).split('\n').map((id) => id.replace('sha256:', ''));
  const listed = await podman.run(['ps', '--all', '--external', '--format', 'json']);
  const containers = JSON.parse(listed) as Array<{ Id: string; ImageID: string }>;
  for (const { Id, ImageID } of containers) {
    if (ours.includes(ImageID)) await podman.attempt(['rm', '--force', Id]);
  }
}

async function removeImages(podman: Podman): Promise<string> {
  await removeBuildLeftovers(podman);
  const listed = await podman.run([
    'images',
    '--quiet',
    '--no-trunc',
    '--filter',
    `reference=${platform.registry}/*`,
  ]);
  const ids = [...new Set(listed.split('\n').filter(Boolean))];
  if (ids.length > 0) await podman.run(['rmi', '--force', ...ids]);
  // Stages that builds left behind, known by the label of the base.
  await podman.run(['image', 'prune', '--force', '--filter', `label=app=${platform.name}`]);
  return `${ids.length} removed`;
}

async function removeResources(podman: Podman, data: boolean): Promise<undefined> {
  const names = variants.map(({ podName }) => podName);
  for (const name of names) {
    if (await podman.exists('network', name)) await podman.run(['network', 'rm', '--force', name]);
  }
  const secrets = names.flatMap((name) =>
    secretIds.flatMap((id) => [secretName(name, id), kubeSecretName(name, id)]),
  );
  for (const secret of secrets) {
    if (await podman.exists('secret', secret)) await podman.run(['secret', 'rm', secret]);
  }
  if (!data) return undefined;
  const volumes = (await podman.run(['volume', 'ls', '--quiet'])).split('\n');
  const own = volumes.filter((volume) => names.some((name) => volume.startsWith(`${name}-`)));
  if (own.length > 0) await podman.run(['volume', 'rm', '--force', ...own]);
  return undefined;
}

async function removeSettings(podman: Podman, data: boolean): Promise<undefined> {
  const { account } = podman;
  const made = await readMade(account);
  if (made.includes('socket')) await attempt(systemctlUser(account, ['disable', '--now', 'podman.socket']));
  await removeProfiles(account, profileFolder(account));
  if (!data) return undefined;
  if (made.includes('linger')) await attempt(['loginctl', 'disable-linger', account.name]);
  if (account.service) await removeAccount(account);
  else {
    const own = [
      `${account.home}/.config/containers/containers.conf.d/50-ai-semble.conf`,
      settingsFolder(account),
    ];
    await run(['rm', '-rf', ...own]);
    // Other images would not be found again under another storage driver.
    const images = (await podman.run(['images', '--all', '--format', '{{.Repository}}']))
      .split('\n')
      .filter(Boolean);
    const storageIsEmpty = images.every((name) => name === 'localhost/podman-pause');
    if (made.includes('storage.conf') && storageIsEmpty) {
      await run(['rm', '-f', `${account.home}/.config/containers/storage.conf`]);
    }
  }
  return undefined;
}

/** With everything in its home; its own processes (podman's pause, a user systemd) are ended first. */
async function removeAccount(account: Account): Promise<void> {
  await attempt(asAccount(account, ['podman', 'system', 'reset', '--force']));
  await attempt(['pkill', '-KILL', '-u', String(account.uid)]);
  await waitFor({ what: `${account.name}'s processes to end`, timeoutMs: 10_000 }, async () =>
    (await attempt(['pgrep', '-u', String(account.uid)])).exitCode === 0 ? undefined : true,
  );
  await run(['userdel', '--remove', account.name]);
  if (!isSystemdMachine()) await run(['rm', '-rf', account.runtimeFolder]);
}
