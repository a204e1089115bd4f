import { requirePodman } from '../lib/podman.ts';
import { interactive } from '../lib/run.ts';

/** Passes everything on: `make podman ARGS='exec -it ai-semble-orchestrator /bin/bash'`. */
const podman = requirePodman();
process.exitCode = await interactive(
  podman.argv(process.argv.slice(2)),
  podman.account.service ? { cwd: '/' } : {},
);
