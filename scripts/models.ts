import { imageReference, platform } from '../lib/platform.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { starterCommand } from '../lib/starter-models.ts';
import { phase } from '../lib/terminal.ts';

const usage = { summary: 'Puts the starter models into the models volume.', options: {} } as const;

await script(usage, async () => {
  const podman = requirePodman();
  await phase('starter models', async () => {
    const output = await podman.run(starterCommand(imageReference('ai-services'), `${platform.name}-models`));
    return output.includes('written') ? 'written' : 'up to date';
  });
});
