import { posix } from 'node:path';
import { labelOf, short } from '../../kube/pod.ts';
import { splitMountPath } from '../../kube/volumes.ts';
import { at, itemsAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-mount-twice',
  title: 'two volumes are mounted at one path',
  severity: 'error',
  why: 'Podman refuses the container ("duplicate mount destination"), or one of the two hides the other.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/storage.go',
    'https://kubernetes.io/docs/concepts/storage/volumes/',
  ],
  fix: 'Give each its own path.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      const paths = new Set<string>();
      for (const mount of itemsAt(container.tree, 'volumeMounts')) {
        const path = posix.normalize(splitMountPath(mount)?.path || '.').replace(/(?<=.)\/$/, '');
        if (paths.has(path) && path !== '.') {
          const place = at(mount, 'mountPath') ?? mount;
          yield { at: place.span, message: `${labelOf(container)} has a mount at '${short(path)}' already` };
        }
        paths.add(path);
      }
    }
  },
});
