import { cpSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Account, asAccount } from '../lib/account.ts';
import { waitUntilReady } from '../lib/gateway.ts';
import { root } from '../lib/paths.ts';
import { imageReference, platform } from '../lib/platform.ts';
import { variants } from '../lib/pod-manifests.ts';
import { removePod } from '../lib/pod-removal.ts';
import { requirePodman } from '../lib/podman.ts';
import { run } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { starterCommand } from '../lib/starter-models.ts';
import { paint, phase, say } from '../lib/terminal.ts';

const usage = {
  summary: 'Runs the pod with the sources mounted: a service restarts when its files change. Ctrl-C ends it.',
  options: {
    source: { type: 'string', value: 'FOLDER', help: 'the folder that holds containers/ (this repository)' },
  },
} as const;

await script(usage, async ({ source }) => {
  const podman = requirePodman();
  const variant = variants.find(({ hotReload }) => hotReload);
  if (variant === undefined) return;
  const { podName, hostPort, file, subnet } = variant;
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
    await podman.run(['network', 'create', '--internal', '--subnet', subnet, podName]);
    await podman.run(starterCommand(imageReference('ai-services'), `${platform.name}-models`));
    const sources = podman.account.service ? await mirror(podman.account, from) : from;
    const committed = readFileSync(join(root, 'pods', file), 'utf8');
    const text = committed.replaceAll('path: ./containers/', `path: ${sources}/containers/`);
    await phase('dev pod', async (note) => {
      await podman.run(['kube', 'play', '--network', podName, '-'], { input: text });
      return `${await waitUntilReady(`http://127.0.0.1:${hostPort}`, 120_000, note)} services ready`;
    });
    say(`\n  ${paint('bold', `http://127.0.0.1:${hostPort}`)} runs ${from}/containers; Ctrl-C ends it.\n`);
    await podman.interactive(['logs', '--follow', `${podName}-orchestrator`]);
    await new Promise(() => undefined);
  } finally {
    await end();
  }
});

/** The service account may not be able to read the sources: it works on a copy that follows them. */
async function mirror(account: Account, from: string): Promise<string> {
  const copy = `${account.home}/.cache/${platform.name}/dev`;
  await run(asAccount(account, ['mkdir', '-p', copy]));
  const sources = ['base/kit', ...readdirSync(join(from, 'containers')).map((name) => `${name}/src`)];
  for (const folder of sources.map((name) => `containers/${name}`)) {
    const [there, here] = [join(from, folder), join(copy, folder)];
    if (!exists(there)) continue;
    mkdirSync(here, { recursive: true, mode: 0o755 });
    cpSync(there, here, { recursive: true });
    watch(there, { recursive: true }, (_event, name) => {
      if (name !== null) follow(join(there, name), join(here, name));
    });
  }
  await run(['chmod', '-R', 'go+rX', copy]);
  return copy;
}

/** Written in place, so that the mount inside the container sees the same file change. */
function follow(there: string, here: string): void {
  try {
    writeFileSync(here, readFileSync(there), { mode: 0o644 });
  } catch {
    // Gone again, or a folder: the next event tells.
  }
}

function exists(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
