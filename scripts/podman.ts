import { requirePodman } from '../lib/podman.ts';

/** Passes everything on: `make podman ARGS='exec -it ai-semble-orchestrator /bin/bash'`. */
const podman = requirePodman();
process.exitCode = await podman.interactive(process.argv.slice(2));
