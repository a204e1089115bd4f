import { labelOf, placeOf } from '../../kube/pod.ts';
import { entriesAt, textAt, at as treeAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-selinux-level',
  title: 'containers of one pod run at different SELinux levels',
  severity: 'error',
  why: 'Podman lets a container share the label of its pod only while it has no seLinuxOptions; with a type and no level it gets random categories, and every relabel locks the others out of shared volumes.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/container_create.go',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Write the same level in the seLinuxOptions of every container; those of a container replace those of the pod as a whole.',
  applies: 'pod',
  *check({ spec, containers }) {
    const pod = treeAt(spec, 'securityContext', 'seLinuxOptions');
    const own = containers.map((container) => {
      const set = treeAt(container.tree, 'securityContext', 'seLinuxOptions');
      // Podman takes the pod's where the container has none, or null.
      const options = set?.type === 'map' ? set : pod;
      return { container, options, level: textAt(options, 'level') || undefined };
    });
    const expected = own.find(({ level }) => level !== undefined)?.level;
    for (const { container, options, level } of own) {
      const labelled = entriesAt(options).length > 0;
      if (level === expected && (level !== undefined || !labelled)) continue;
      const got = level === undefined ? 'has no level' : `has level ${level}`;
      const at = treeAt(options, 'level')?.span ?? treeAt(options, 'type')?.span ?? placeOf(container);
      yield {
        at,
        message: `${labelOf(container)} ${got}${expected === undefined ? '' : `, another ${expected}`}`,
      };
    }
  },
});
