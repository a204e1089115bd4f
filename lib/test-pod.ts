import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleaningUp } from './clean-up.ts';
import { Failure } from './failure.ts';
import { waitUntilReady } from './gateway.ts';
import { playPod } from './kube-play.ts';
import { starterCommand } from './model-command.ts';
import { createNetworkCommand } from './network.ts';
import { root } from './paths.ts';
import { imageReference } from './platform.ts';
import { variants } from './pod-manifests.ts';
import { purgePod } from './pod-removal.ts';
import type { Podman } from './podman.ts';
import { apply, run } from './run.ts';
import { profilePlan, removeProfiles, testProfileFolder } from './seccomp-install.ts';
import { phase } from './terminal.ts';

const found = variants.find(({ throwAway }) => throwAway);
if (found === undefined) throw new Failure('no throw-away pod is described');

/** The pod that tests and benchmarks play beside whatever runs, and throw away. */
export const testPod = { ...found, url: `http://127.0.0.1:${found.hostPort}` };

interface Options {
  keep?: boolean;
  /** What becomes of the pod's text before it is played. */
  change?: ((text: string) => string) | undefined;
}

/** Plays the pod, does the work with it, and throws it away after that, also when it fails or is interrupted. */
export async function withTestPod(
  podman: Podman,
  work: () => Promise<void>,
  { keep = false, change }: Options = {},
): Promise<void> {
  const profiles = testProfileFolder(podman.account);
  const remove = async () => {
    await purgePod(podman, testPod.podName);
    await removeProfiles(podman.account, profiles);
  };
  const played = async () => {
    await phase('test pod', (note) => play(podman, note, change));
    await work();
  };
  await cleaningUp(played, remove, { keep });
}

/** With fresh volumes and the starter models; resolves to what became ready. */
async function play(
  podman: Podman,
  note: (text: string) => void,
  change: Options['change'] = (text) => text,
): Promise<string> {
  const { podName, subnet, file, url } = testPod;
  await purgePod(podman, podName);
  await podman.run(starterCommand(imageReference('ai-services'), `${podName}-models`));
  await run(createNetworkCommand(podman, podName, { subnet }));
  const text = readFileSync(join(root, 'pods', file), 'utf8');
  const profiles = testProfileFolder(podman.account);
  await apply(profilePlan(podman.account, profiles));
  await playPod(podman, podName, change(text), profiles);
  return `${await waitUntilReady(url, 120_000, note)} services ready on ${url}`;
}
