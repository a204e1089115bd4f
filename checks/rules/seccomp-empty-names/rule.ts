import { itemsAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { namesOf } from '../../seccomp/syscall-uses.ts';

export const rule = defineRule({
  id: 'seccomp-empty-names',
  title: 'a group of a seccomp profile names no syscall',
  severity: 'error',
  why: 'Podman drops the group in silence: what it was to allow or deny falls to the defaultAction.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/seccomp/seccomp_linux.go'],
  fix: 'Fill "names", or remove the group.',
  applies: 'seccomp',
  *check({ groups }) {
    for (const group of groups) {
      if (group.tree.type !== 'map' || namesOf(group).length > 0) continue;
      if (itemsAt(group.tree, 'names').length === 0) yield { at: group.tree.span, message: 'no names' };
    }
  },
});
