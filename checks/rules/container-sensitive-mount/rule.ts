import { isEngineSocket, sensitivePath } from '../../host-paths.ts';
import { hostMounts } from '../../quadlet/host-mounts.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-sensitive-mount',
  title: 'a container sees a folder that belongs to the host',
  severity: 'error',
  why: 'What stands there decides over the host or holds its keys; read-only still reads, and :z or :Z would relabel it for everybody.',
  evidence: [
    'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#volume-source-volume-host-dir-container-dir-options',
  ],
  fix: 'Mount just the file or folder that the service needs, read-only where it can be.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' && unit.type !== 'pod') return;
    for (const { path, at } of hostMounts(unit)) {
      // container-socket tells of those.
      const what = isEngineSocket(path) ? undefined : sensitivePath(path);
      if (what !== undefined) yield { at, message: `'${path}' opens ${what}` };
    }
  },
});
