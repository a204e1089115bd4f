import { at as atKey, itemsAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { fieldsOf, mismatch } from '../../seccomp/shape.ts';

export const rule = defineRule({
  id: 'seccomp-value-type',
  title: 'a value in a seccomp profile is of the wrong kind',
  severity: 'error',
  why: 'Podman stops at the first value that it cannot decode, and the runtime refuses arguments beyond the sixth: the container is not started.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/seccomp/types.go',
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
  ],
  fix: 'Write numbers without quotes, texts with them, and lists in square brackets; arguments count from 0 to 5.',
  applies: 'seccomp',
  *check({ tree, groups }) {
    for (const field of fieldsOf(tree)) {
      const expected = mismatch(field);
      if (expected === undefined) continue;
      yield { at: field.entry.value.span, message: `${String(field.entry.key.value)} is to be ${expected}` };
    }
    for (const argument of groups.flatMap((group) => itemsAt(group.tree, 'args'))) {
      const index = valueAt(argument, 'index');
      const at = atKey(argument, 'index')?.span;
      if (at !== undefined && typeof index === 'number' && index > 5)
        yield { at, message: `a syscall has arguments 0 to 5, got ${index}` };
    }
  },
});
