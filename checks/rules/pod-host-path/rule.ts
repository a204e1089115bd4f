import { sensitivePath } from '../../host-paths.ts';
import { short } from '../../kube/pod.ts';
import { at, itemsAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-host-path',
  title: 'a pod sees what belongs to the host',
  severity: 'error',
  why: 'What stands there decides over the host or holds its keys; read-only still reads, and a socket of an engine starts any container.',
  evidence: [
    'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
    'https://docs.podman.io/en/latest/markdown/podman-system-service.1.html#security',
  ],
  fix: 'Mount just the file or folder that the service needs, read-only where it can be.',
  applies: 'pod',
  *check({ spec }) {
    for (const volume of itemsAt(spec, 'volumes')) {
      const path = textAt(volume, 'hostPath', 'path');
      if (path === undefined) continue;
      const what = sensitivePath(path);
      if (what === undefined) continue;
      yield { at: (at(volume, 'hostPath', 'path') ?? volume).span, message: `'${short(path)}' is ${what}` };
    }
  },
});
