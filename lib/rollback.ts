import { type Account, asAccount, settingsFolder } from './account.ts';
import { podState } from './deployment.ts';
import { Failure, messageOf } from './failure.ts';
import { gatewayUrl, readGateway, waitUntilReady } from './gateway.ts';
import { platform } from './platform.ts';
import { podContainers, publishedBy } from './pod-containers.ts';
import type { Podman } from './podman.ts';
import { run } from './run.ts';
import { systemctlUser } from './systemd.ts';
import { phase } from './terminal.ts';

/** What answers before a deployment through systemd. */
interface Former {
  url: string;
  config: string | undefined;
  /** Image id by the name that the containers were made from. */
  images: ReadonlyMap<string, string>;
}

/** What ran before is known to get ready: it is given time. */
const patienceMs = 600_000;

/** Below the account's home: the units and seccomp profiles that such a deployment installs. */
const installed = `.config/containers/systemd/${platform.name}* .config/${platform.name}/seccomp`;

/**
 * Runs a deployment through systemd, and puts back the units and images of before where it fails or its services do
 * not get ready. `podman auto-update` cannot: for a container of a pod it restarts the pod's unit, which is up before
 * the containers are, so that none of them can fail it.
 * https://github.com/containers/podman/blob/v5.8.2/pkg/autoupdate/autoupdate.go#L453
 */
export async function withRollback(podman: Podman, deploy: () => Promise<void>): Promise<void> {
  const former = await rememberFormer(podman);
  try {
    await deploy();
  } catch (error) {
    const state = await podState(podman, platform.name).catch(() => undefined);
    if (former === undefined || (state?.config === former.config && state?.running)) throw error;
    await phase('what ran before', async (note) => {
      await rollBack(podman, former);
      return `${await waitUntilReady(former.url, patienceMs, note)} ready`;
    }).catch((second: unknown) => {
      const words = `${messageOf(error)}; and what ran before does not come back: ${messageOf(second)}`;
      throw new Failure(words, {
        fix: `journalctl --user -u 'ai-semble*' says why; then make up`,
        cause: error,
      });
    });
    throw new Failure(`${messageOf(error)}; what ran before runs again`, {
      fix: `make logs, or journalctl --user, says why; then make up`,
      cause: error,
    });
  }
}

async function rememberFormer(podman: Podman): Promise<Former | undefined> {
  const published = publishedBy(await podContainers(podman, platform.name));
  if (published === undefined) return undefined;
  const url = gatewayUrl(published);
  const gateway = await readGateway(url);
  const state = await podState(podman, platform.name);
  if (typeof gateway === 'string' || !gateway.ready || state?.method !== 'quadlet') return undefined;
  const names = platform.services.map(({ name }) => `${platform.name}-${name}`);
  const list = await podman.run(['container', 'inspect', '--format', '{{.ImageName}} {{.Image}}', ...names]);
  const images = list
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]);
  await inHome(podman.account, `tar -cf "$1.new" $(ls -d ${installed} 2>/dev/null) && mv "$1.new" "$1"`);
  return { url, config: state.config, images: new Map(images) };
}

async function rollBack(podman: Podman, { images }: Former): Promise<void> {
  const { account } = podman;
  for (const [reference, id] of images) await podman.run(['tag', id, reference]);
  await inHome(account, `rm -rf ${installed} && tar -xf "$1"`);
  await run(systemctlUser(account, ['daemon-reload']));
  await run(systemctlUser(account, ['restart', `${platform.name}.pod`]));
}

async function inHome(account: Account, commands: string): Promise<void> {
  const file = `${settingsFolder(account)}/former.tar`;
  await run(asAccount(account, ['sh', '-ec', `cd "$1"; shift; ${commands}`, 'sh', account.home, file]));
}
