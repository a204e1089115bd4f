import { dangers } from '../../../lib/dangerous-syscalls.ts';
import { defineRule } from '../../rule.ts';
import { hasReason, isOpen, syscallUses } from '../../seccomp/syscall-uses.ts';

const why = new Map(
  Object.entries(dangers).flatMap(([what, names]) => names.split(' ').map((name) => [name, what])),
);

export const rule = defineRule({
  id: 'seccomp-dangerous-syscall',
  title: 'a seccomp profile allows a dangerous syscall without saying why',
  severity: 'error',
  why: 'These syscalls are the usual way from a container to its host, and a service has no use for them; with a user namespace many need no capability.',
  evidence: [
    'https://docs.docker.com/engine/security/seccomp/',
    'https://github.com/containers/common/blob/main/pkg/seccomp/default_linux.go',
  ],
  fix: 'Remove it, limit it by includes.caps or args, or give the reason in the "comment" of a group of its own.',
  applies: 'seccomp',
  *check(profile) {
    for (const use of syscallUses(profile)) {
      const what = why.get(use.name);
      if (what !== undefined && isOpen(use) && !hasReason(use))
        yield { at: use.tree.span, message: `${use.name} ${what}` };
    }
  },
});
