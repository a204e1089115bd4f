import { at, itemsAt, keyAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'seccomp-exclusive-keys',
  title: 'a seccomp profile has both of two keys that exclude each other',
  severity: 'error',
  why: 'Podman refuses the profile, and the container is not created.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/seccomp/seccomp_linux.go'],
  fix: 'Keep names rather than name, and archMap rather than architectures.',
  applies: 'seccomp',
  *check({ tree, groups }) {
    if (itemsAt(tree, 'architectures').length > 0 && itemsAt(tree, 'archMap').length > 0) {
      yield {
        at: keyAt(tree, 'architectures')?.span ?? tree.span,
        message: 'architectures and archMap exclude each other',
      };
    }
    for (const { tree: group, names } of groups) {
      if (!textAt(group, 'name') || names.length === 0) continue;
      yield { at: at(group, 'name')?.span ?? group.span, message: 'name and names exclude each other' };
    }
  },
});
