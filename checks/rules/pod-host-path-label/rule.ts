import { objectAnnotations } from '../../kube/pod.ts';
import { mountsOf, splitMountPath } from '../../kube/volumes.ts';
import { at, itemsAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-host-path-label',
  title: 'SELinux shares a folder of the host with all containers, or denies it',
  severity: 'info',
  why: 'Podman gives what the types DirectoryOrCreate and FileOrCreate name a label that every container may use, and leaves all others as they are, which containers may not.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/volume.go',
  ],
  fix: 'Put the label behind the path inside, as in mountPath: /data:Z, or use a persistentVolumeClaim.',
  applies: 'pod',
  *check(pod) {
    const annotated = objectAnnotations(pod).some(({ name }) => name === 'bind-mount-options');
    for (const volume of annotated ? [] : itemsAt(pod.spec, 'volumes')) {
      const type = textAt(volume, 'hostPath', 'type') ?? '';
      const path = at(volume, 'hostPath', 'path');
      if (path === undefined || /^(Socket|CharDevice|BlockDevice)$/.test(type)) continue;
      const mounts = mountsOf(pod, textAt(volume, 'name'));
      const isLabelled = mounts.some(({ mount }) =>
        splitMountPath(mount)?.options.some((option) => /^[zZO]$/.test(option)),
      );
      if (isLabelled || mounts.length === 0) continue;
      const created = /OrCreate$/.test(type);
      const message = created
        ? `${type} labels it for every container of the host`
        : 'it is not labelled for containers, and SELinux denies it';
      yield { at: path.span, message };
    }
  },
});
