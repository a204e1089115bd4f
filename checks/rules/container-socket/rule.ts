import { isEngineSocket } from '../../host-paths.ts';
import { hostMounts } from '../../quadlet/host-mounts.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-socket',
  title: "a container engine's socket is mounted",
  severity: 'error',
  why: 'Whoever can write to the socket starts any container with any mount, as the user whose socket it is: that is no longer a container.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-system-service.1.html#security',
    'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
  ],
  fix: 'Remove the mount, or put a proxy between that lets through only the calls that are needed.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' && unit.type !== 'pod') return;
    for (const { path, at } of hostMounts(unit)) {
      if (isEngineSocket(path)) yield { at, message: `'${path}' gives the engine away` };
    }
  },
});
