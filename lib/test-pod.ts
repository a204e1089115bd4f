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
import { run } from './run.ts';
import { phase } from './terminal.ts';

const found = variants.find(({ throwAway }) => throwAway);
if (found === undefined) throw new Failure('no throw-away pod is described');

/** The pod that tests and benchmarks play beside whatever runs, and throw away. */
export const testPod = { ...found, url: `http://127.0.0.1:${found.hostPort}` };

/** Plays the pod, does the work with it, and throws it away after that, also when it fails or is interrupted. */
export async function withTestPod(
  podman: Podman,
  work: () => Promise<void>,
  { keep = false } = {},
): Promise<void> {
  const played = async () => {
    await phase('test pod', (note) => play(podman, note));
    await work();
  };
  await cleaningUp(played, () => purgePod(podman, testPod.podName), { keep });
}

/** With fresh volumes and the starter models; resolves to what became ready. */
async function play(podman: Podman, note: (text: string) => void): Promise<string> {
  const { podName, subnet, file, url } = testPod;
  await purgePod(podman, podName);
  await podman.run(starterCommand(imageReference('ai-services'), `${podName}-models`));
  await run(createNetworkCommand(podman, podName, { subnet }));
  const text = readFileSync(join(root, 'pods', file), 'utf8');
  await playPod(podman, podName, text);
  return `${await waitUntilReady(url, 120_000, note)} services ready on ${url}`;
}
