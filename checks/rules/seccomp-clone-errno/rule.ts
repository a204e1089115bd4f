import { keyAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { errnoOf, letsThrough, syscallUses } from '../../seccomp/syscall-uses.ts';

export const rule = defineRule({
  id: 'seccomp-clone-errno',
  title: 'clone3 is denied in a way that the C library takes for final',
  severity: 'error',
  why: 'The GNU C library from 2.34 on tries clone3 first and takes clone only where the answer is ENOSYS: with any other errno no thread can be made, and Node.js does not start.',
  evidence: ['https://github.com/moby/moby/issues/42680', 'https://github.com/moby/moby/pull/42681'],
  fix: 'Give clone3 a group of its own with SCMP_ACT_ERRNO and "errnoRet": 38, or make 38 the defaultErrnoRet.',
  applies: 'seccomp',
  *check(profile) {
    const { tree, defaultAction } = profile;
    const uses = syscallUses(profile).filter(({ byCapability }) => !byCapability);
    const clone3 = uses.find(({ name }) => name === 'clone3');
    if (!uses.some(({ name, group }) => name === 'clone' && letsThrough(group.action))) return;
    const action = clone3?.group.action ?? defaultAction;
    if (action !== 'SCMP_ACT_ERRNO') return;
    const errno = clone3 ? errnoOf(clone3.group.tree, 'errno') : errnoOf(tree, 'defaultErrno');
    if (errno === 38) return;
    const at =
      clone3?.tree ??
      keyAt(tree, 'defaultErrnoRet') ??
      keyAt(tree, 'defaultErrno') ??
      keyAt(tree, 'defaultAction');
    yield { at: at?.span ?? tree.span, message: `clone3 gets errno ${errno}: expected 38 (ENOSYS)` };
  },
});
