import { at } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'seccomp-default-action',
  title: 'a seccomp profile allows what it does not name',
  severity: 'error',
  why: 'Without a denying defaultAction every syscall that is not listed goes through; an empty profile switches seccomp off.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/seccomp/types.go'],
  fix: 'Set "defaultAction": "SCMP_ACT_ERRNO" and list what is allowed.',
  applies: 'seccomp',
  *check({ tree, defaultAction }) {
    if (defaultAction === undefined)
      yield { at: tree.span, message: 'there is no defaultAction: seccomp is off' };
    else if (/^SCMP_ACT_(ALLOW|LOG)$/.test(defaultAction)) {
      yield {
        at: at(tree, 'defaultAction')?.span ?? tree.span,
        message: `${defaultAction} lets everything else through`,
      };
    }
  },
});
