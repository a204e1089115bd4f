import { defineRule } from '../../rule.ts';
import { outcomeOf, syscallUses } from '../../seccomp/syscall-uses.ts';

export const rule = defineRule({
  id: 'seccomp-duplicate-syscall',
  title: 'a seccomp profile names a syscall twice for one outcome',
  severity: 'info',
  why: 'Whoever removes one of the two believes it to be denied, and it is not.',
  evidence: ['https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html'],
  fix: 'Remove one of them.',
  applies: 'seccomp',
  *check(profile) {
    const seen = new Set<string>();
    for (const { name, tree, group, conditional, byCapability, byArchitecture } of syscallUses(profile)) {
      if (conditional || byCapability || byArchitecture) continue;
      const key = `${name} ${outcomeOf(group)}`;
      if (seen.has(key)) yield { at: tree.span, message: `${name} is ${outcomeOf(group)} above already` };
      seen.add(key);
    }
  },
});
