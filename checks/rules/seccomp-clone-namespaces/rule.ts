import { itemsAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { hasReason, letsThrough, type SyscallUse, syscallUses } from '../../seccomp/syscall-uses.ts';

/** CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET; CLONE_NEWTIME works with clone3 only. */
const namespaceFlags = 0x7e020000;

export const rule = defineRule({
  id: 'seccomp-clone-namespaces',
  title: 'a seccomp profile lets a container make namespaces through clone',
  severity: 'warning',
  why: 'A new user namespace gives its maker every capability inside it, the starting point of many kernel exploits. The flags of clone are an argument that can be masked; those of clone3 lie in memory, which no filter can read.',
  evidence: [
    'https://man7.org/linux/man-pages/man2/clone.2.html',
    'https://man7.org/linux/man-pages/man2/seccomp.2.html',
  ],
  fix: 'Allow clone with args index 0, value 2114060288 (0x7E020000), valueTwo 0 and SCMP_CMP_MASKED_EQ, and answer clone3 with SCMP_ACT_ERRNO and errnoRet 38: the C library then takes clone.',
  applies: 'seccomp',
  *check(profile) {
    for (const use of syscallUses(profile)) {
      if (!letsThrough(use.group.action) || use.byCapability || hasReason(use)) continue;
      if (use.name === 'clone3')
        yield { at: use.tree.span, message: 'clone3 cannot be limited: deny it with errno 38' };
      else if (use.name === 'clone' && !isMasked(use))
        yield { at: use.tree.span, message: 'clone is allowed with the flags of namespaces' };
    }
  },
});

/** Whether one of the conditions holds the flags of the user namespace, at least, to zero. */
function isMasked({ group }: SyscallUse): boolean {
  return itemsAt(group.tree, 'args').some((argument) => {
    const mask = Number(valueAt(argument, 'value') ?? 0);
    const index = valueAt(argument, 'index') ?? 0;
    // On s390 the flags are the second argument.
    if (index !== 0 && index !== 1) return false;
    if (valueAt(argument, 'op') === 'SCMP_CMP_EQ') return (mask & namespaceFlags) === 0;
    const wanted = Number(valueAt(argument, 'valueTwo') ?? 0);
    return (
      valueAt(argument, 'op') === 'SCMP_CMP_MASKED_EQ' &&
      (mask & 0x10000000) !== 0 &&
      (wanted & namespaceFlags) === 0
    );
  });
}
