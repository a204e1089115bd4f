import { at, keyAt, textAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'seccomp-errno',
  title: 'a denying action of a seccomp profile names no errno',
  severity: 'info',
  why: 'The runtime fills in EPERM, which looks like a missing capability or file permission; with an errno of its own a denial by seccomp can be told from the others.',
  evidence: [
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
    'https://man7.org/linux/man-pages/man3/seccomp_init.3.html',
  ],
  fix: 'Write "defaultErrnoRet": 38 (ENOSYS), or in a group "errnoRet".',
  applies: 'seccomp',
  *check({ tree, defaultAction, groups }) {
    if (
      defaultAction === 'SCMP_ACT_ERRNO' &&
      !textAt(tree, 'defaultErrno') &&
      valueAt(tree, 'defaultErrnoRet') == null
    ) {
      const span = keyAt(tree, 'defaultAction')?.span ?? tree.span;
      yield { at: span, message: 'no defaultErrnoRet: what is not listed gets EPERM' };
    }
    for (const { tree: group, action } of groups) {
      if (action !== 'SCMP_ACT_ERRNO' || textAt(group, 'errno') || valueAt(group, 'errnoRet') != null)
        continue;
      yield { at: at(group, 'action')?.span ?? group.span, message: 'no errnoRet: these get EPERM' };
    }
  },
});
