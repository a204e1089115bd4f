import { chooseMethod, podState } from '../lib/deployment.ts';
import { detectHost } from '../lib/host.ts';
import { platform } from '../lib/platform.ts';
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
  if ((await podState(podman, platform.name)) === undefined) return say('nothing is running');
  const { name } = chooseMethod(await detectHost());
  await phase('stop', async () => {
    if (name === 'quadlet') await stopQuadlets(podman.account);
    else await podman.run(['pod', 'stop', '--time', String(platform.stopSeconds), platform.name]);
    return undefined;
  });
});
