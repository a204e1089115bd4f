import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { requireApiKey } from '../lib/settings.ts';

const usage = { summary: 'Prints the API key that clients send.', options: {} } as const;

await script(usage, async () => {
  process.stdout.write(`${await requireApiKey(requirePodman().account)}\n`);
});
