import { requirePodman } from '../lib/podman.ts';
import { report } from '../lib/script.ts';

/** Passes everything on, flags too: `make podman ARGS='exec -it ai-semble-orchestrator /bin/bash'`. */
try {
  process.exitCode = await requirePodman().interactive(process.argv.slice(2));
} catch (error) {
  report(error);
}
