import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'seccomp-no-action',
  title: 'a group of a seccomp profile has no action',
  severity: 'error',
  why: 'Podman passes an empty action on, and the runtime refuses the whole profile when the container starts.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/seccomp/seccomp_linux.go',
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
  ],
  fix: 'Write "action": "SCMP_ACT_ALLOW", or "SCMP_ACT_ERRNO" for what is to be denied.',
  applies: 'seccomp',
  *check({ groups }) {
    for (const { tree, action } of groups) {
      if (tree.type === 'map' && !action) yield { at: tree.span, message: 'expected an action' };
    }
  },
});
