import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleaningUp } from './clean-up.ts';
import { waitUntilReady } from './gateway.ts';
import { podText } from './kube-deployment.ts';
import { playPod } from './kube-play.ts';
import { starterCommand } from './model-command.ts';
import { createNetworkCommand } from './network.ts';
import { root } from './paths.ts';
import { imageReference, platform } from './platform.ts';
import { purgePod } from './pod-removal.ts';
import { podVariant } from './pod-variant.ts';
import type { Podman } from './podman.ts';
import { apply, run } from './run.ts';
import { profilePlan, removeProfiles, testProfileFolder } from './seccomp-install.ts';
import { phase } from './terminal.ts';

const variant = podVariant('test');

/** The pod that tests and benchmarks play beside whatever runs, and throw away. */
export const testPod = { ...variant, url: `http://${platform.published.ip}:${variant.hostPort}` };

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
  const { podName, subnet, file, url, hostPort } = testPod;
  await purgePod(podman, podName);
  await podman.run(starterCommand(imageReference('ai-services'), `${podName}-models`));
  await run(createNetworkCommand(podman, podName, { subnet }));
  const text = readFileSync(join(root, 'pods', file), 'utf8');
  const profiles = testProfileFolder(podman.account);
  await apply(profilePlan(podman.account, profiles));
  await playPod(
    podman,
    podName,
    change(podText(text, { ip: platform.published.ip, hostPort }, file)),
    profiles,
  );
  return `${await waitUntilReady(url, 120_000, note)} services ready on ${url}`;
}
