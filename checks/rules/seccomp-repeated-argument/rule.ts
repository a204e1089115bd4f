import { itemsAt, textAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'seccomp-repeated-argument',
  title: 'a group of a seccomp profile has two conditions on one argument',
  severity: 'error',
  why: 'The runtimes crun and runc then take every condition of the group for itself: one of them is enough. "Neither 40 nor 16" written so allows everything.',
  evidence: [
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
    'https://github.com/opencontainers/runc/blob/main/libcontainer/seccomp/seccomp_linux.go',
  ],
  fix: 'List what is allowed with SCMP_CMP_EQ, or deny each value in a group of its own.',
  applies: 'seccomp',
  *check({ groups }) {
    for (const group of groups) {
      const seen = new Set<unknown>();
      const args = itemsAt(group.tree, 'args');
      // Two equal signs on one argument can only be meant as alternatives.
      if (
        args.every(
          (argument) =>
            textAt(argument, 'op') === 'SCMP_CMP_EQ' &&
            valueAt(argument, 'index') === valueAt(args[0], 'index'),
        )
      )
        continue;
      for (const argument of args) {
        const index = valueAt(argument, 'index') ?? 0;
        if (seen.has(index))
          yield { at: argument.span, message: `argument ${index} has a condition above: either is enough` };
        seen.add(index);
      }
    }
  },
});
