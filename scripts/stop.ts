import { podState } from '../lib/deployment.ts';
import { platform } from '../lib/platform.ts';
import { stopPod } from '../lib/pod-removal.ts';
import { requirePodman } from '../lib/podman.ts';
import { stopQuadlets } from '../lib/quadlet-deployment.ts';
import { script } from '../lib/script.ts';
import { phase, say } from '../lib/terminal.ts';

const usage = {
  summary: 'Stops the pod; requests in flight may finish. `make deploy` starts it again.',
  options: {},
} as const;

await script(usage, async () => {
  const podman = requirePodman();
  const state = await podState(podman, platform.name);
  if (state === undefined) return say('nothing is running');
  await phase('stop', async () => {
    if (state.method === 'quadlet') await stopQuadlets(podman.account);
    else await stopPod(podman, platform.name, platform.stopSeconds);
    return undefined;
  });
});
