import { resourceNameOf } from '../../project/pod-names.ts';
import { unitNamed } from '../../project/project.ts';
import { difference, twinsOf } from '../../project/twins.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'twin-mounts',
  title: 'a pod and a Quadlet unit mount the same folder of a service differently',
  severity: 'warning',
  why: 'The service can then write what the other file keeps read-only, or works on data of its own.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#volume',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Mount the same volume with the same rights in both files, or render both from one description.',
  applies: 'project',
  *check(project) {
    for (const { pod, unit } of twinsOf(project)) {
      const there = new Map(unit.mounts.map((mount) => [mount.target, mount]));
      for (const { target, source, readOnly, at } of pod.mounts) {
        const other = there.get(target);
        if (other?.source === undefined || source === undefined) continue;
        const said = (isReadOnly: boolean) => (isReadOnly ? 'read-only' : 'writable');
        if (readOnly !== other.readOnly)
          yield { at, message: difference(target, said(readOnly), said(other.readOnly), unit.file) };
        const volume = unitNamed(project, other.source);
        const name = volume ? resourceNameOf(volume) : other.source;
        // Paths may be written relative to something, or with systemd's specifiers.
        if (name === undefined || name === source || /[/%]|\.volume$/.test(name + source)) continue;
        yield { at, message: difference(`the volume at ${target}`, source, name, unit.file) };
      }
    }
  },
});
