import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, asAccount } from '../lib/account.ts';
import { waitUntilReady } from '../lib/gateway.ts';
import { podText } from '../lib/kube-deployment.ts';
import { playPod } from '../lib/kube-play.ts';
import { starterCommand } from '../lib/model-command.ts';
import { createNetworkCommand } from '../lib/network.ts';
import { root } from '../lib/paths.ts';
import { imageReference, platform } from '../lib/platform.ts';
import { removePod } from '../lib/pod-removal.ts';
import { podVariant } from '../lib/pod-variant.ts';
import { requirePodman } from '../lib/podman.ts';
import { pipe, run } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { paint, phase, say } from '../lib/terminal.ts';

const usage = {
  summary: 'Runs the pod with the sources mounted: a service restarts when its files change. Ctrl-C ends it.',
  options: {
    source: { type: 'string', value: 'FOLDER', help: 'the folder that holds containers/ (this repository)' },
  },
} as const;

await script(usage, async ({ source }) => {
  const podman = requirePodman();
  const { podName, hostPort, file, subnet } = podVariant('dev');
  const from = resolve(source ?? root);
  const end = once(async () => {
    await removePod(podman, podName, 5);
    await podman.attempt(['network', 'rm', '--force', podName]);
  });
  process.once('SIGINT', () => end().finally(() => process.exit(0)));
  process.once('SIGTERM', () => end().finally(() => process.exit(0)));
  try {
    await removePod(podman, podName, 0);
    await podman.attempt(['network', 'rm', '--force', podName]);
    await run(createNetworkCommand(podman, podName, { subnet }));
    await podman.run(starterCommand(imageReference('ai-services'), `${platform.name}-models`));
    const sources = podman.account.service ? await mirror(podman.account, from) : from;
    const committed = readFileSync(join(root, 'pods', file), 'utf8');
    const mounted = committed.replaceAll('path: ./containers/', `path: ${sources}/containers/`);
    const text = podText(mounted, { ip: platform.published.ip, hostPort }, file);
    await phase('dev pod', async (note) => {
      await playPod(podman, podName, text);
      return `${await waitUntilReady(`http://127.0.0.1:${hostPort}`, 120_000, note)} services ready`;
    });
    say(`\n  ${paint('bold', `http://127.0.0.1:${hostPort}`)} runs ${from}/containers; Ctrl-C ends it.\n`);
    while (await podman.exists('pod', podName)) {
      await podman.interactive(['logs', '--follow', '--tail', '0', `${podName}-orchestrator`]);
      await sleep(1000);
    }
  } finally {
    await end();
  }
});

/** The service account may not be able to read the sources: it works on a copy that follows them. */
async function mirror(account: Account, from: string): Promise<string> {
  const copy = `${account.home}/.cache/${platform.name}/dev`;
  await run(asAccount(account, ['mkdir', '-p', copy]));
  const folders = readdirSync(join(from, 'containers'))
    .flatMap((name) => [`containers/${name}/src`, `containers/${name}/kit`])
    .filter((folder) => existsSync(join(from, folder)));
  await copyInto(account, copy, from, folders);
  for (const folder of folders) {
    watch(join(from, folder), { recursive: true }, (_event, name) => {
      const path = join(folder, name ?? '');
      // Gone again, as editors' own files are, or changed twice at once: the next event tells.
      if (existsSync(join(from, path))) copyInto(account, copy, from, [path]).catch(() => undefined);
    });
  }
  return copy;
}

/** In place, so that a watcher inside the container sees the same file change; as the account, never as root. */
async function copyInto(
  account: Account,
  copy: string,
  from: string,
  paths: readonly string[],
): Promise<void> {
  const unpack = asAccount(account, ['tar', '-x', '--overwrite', '--no-same-permissions', '-C', copy]);
  const pack = ['tar', '-c', '-C', from, '--mode=go+rX', ...paths];
  await pipe(pack, unpack);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
