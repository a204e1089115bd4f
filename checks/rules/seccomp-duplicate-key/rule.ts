import type { MapTree } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { fieldsOf } from '../../seccomp/shape.ts';

export const rule = defineRule({
  id: 'seccomp-duplicate-key',
  title: 'a key stands twice in one object of a seccomp profile',
  severity: 'error',
  why: 'Only the last one counts: a second "syscalls" or "names" makes the first disappear in silence.',
  evidence: ['https://pkg.go.dev/encoding/json#Unmarshal'],
  fix: 'Join the two into one.',
  applies: 'seccomp',
  *check({ tree }) {
    const seen = new Map<MapTree, Set<unknown>>();
    for (const { entry, owner } of fieldsOf(tree)) {
      const keys = seen.get(owner) ?? new Set();
      seen.set(owner, keys);
      if (keys.has(entry.key.value))
        yield { at: entry.key.span, message: `a second '${entry.key.value}' replaces the first` };
      keys.add(entry.key.value);
    }
  },
});
