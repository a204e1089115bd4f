import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleaningUp } from './clean-up.ts';
import { waitUntilReady } from './gateway.ts';
import { podText } from './kube-deployment.ts';
import { playPod } from './kube-play.ts';
import { starterCommand } from './model-command.ts';
import { createNetworkCommand } from './network.ts';
import { root } from './paths.ts';
import { imageReference, platform } from './platform.ts';
import { purgeBeside, purgePod } from './pod-removal.ts';
import { podVariant } from './pod-variant.ts';
import type { Podman } from './podman.ts';
import { apply, run } from './run.ts';
import { profileFolderOf, profilePlan, removeProfiles } from './seccomp-install.ts';
import { phase } from './terminal.ts';

const variant = podVariant('test');

/** The pod that tests and benchmarks play beside whatever runs, and throw away. */
export const testPod = { ...variant, url: urlOf(variant.hostPort) };

/** Another like it, for what is to be compared side by side. */
export const secondPod: typeof testPod = {
  ...testPod,
  podName: `${platform.name}-second`,
  subnet: '10.88.3.0/24',
  hostPort: testPod.hostPort + 1,
  url: urlOf(testPod.hostPort + 1),
};

function urlOf(hostPort: number): string {
  return `http://${platform.published.ip}:${hostPort}`;
}

interface Options {
  keep?: boolean;
  pod?: typeof testPod;
  /** What becomes of the pod's text before it is played. */
  change?: ((text: string) => string) | undefined;
}

/** Milliseconds that interrupted work gets to end by itself. */
const settleMs = 30_000;

/** Plays the pod, does the work with it, and throws it away after that, also when it fails or is interrupted. */
export async function withTestPod(
  podman: Podman,
  work: () => Promise<void>,
  { keep = false, pod = testPod, change }: Options = {},
): Promise<void> {
  const profiles = profileFolderOf(podman.account, pod.podName);
  let working: Promise<unknown> = Promise.resolve();
  const remove = async () => {
    // Interrupted, tests clean up themselves first, and need the pod for it.
    await Promise.race([working.catch(() => undefined), sleep(settleMs, undefined, { ref: false })]);
    await purgePod(podman, pod.podName);
    await removeProfiles(podman.account, profiles);
  };
  const played = async () => {
    await phase('test pod', (note) => play(podman, pod, note, change));
    working = work();
    await working;
  };
  await cleaningUp(played, remove, { keep });
}

/** With fresh volumes and the starter models; resolves to what became ready. */
async function play(
  podman: Podman,
  { podName, subnet, file, url, hostPort }: typeof testPod,
  note: (text: string) => void,
  change: Options['change'] = (text) => text,
): Promise<string> {
  await purgePod(podman, podName);
  await purgeBeside(podman, podName);
  await podman.run(starterCommand(imageReference('ai-services'), `${podName}-models`));
  await run(createNetworkCommand(podman, podName, { subnet }));
  const written = readFileSync(join(root, 'pods', file), 'utf8').replaceAll(testPod.podName, podName);
  const text = podText(written, { ip: platform.published.ip, hostPort }, file);
  const profiles = profileFolderOf(podman.account, podName);
  await apply(profilePlan(podman.account, profiles));
  await playPod(podman, podName, change(text), profiles);
  return `${await waitUntilReady(url, 120_000, note)} services ready on ${url}`;
}
