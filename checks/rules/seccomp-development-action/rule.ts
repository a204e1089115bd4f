import { at, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

/** What comes of an action that needs somebody else. */
const outcomes: Readonly<Record<string, string>> = {
  SCMP_ACT_LOG: 'SCMP_ACT_LOG lets these through and writes a line about each',
  SCMP_ACT_TRACE: 'SCMP_ACT_TRACE asks a tracer, and without one answers ENOSYS',
  SCMP_ACT_NOTIFY: 'SCMP_ACT_NOTIFY asks a supervisor, and no listenerPath names one',
};

export const rule = defineRule({
  id: 'seccomp-development-action',
  title: 'a seccomp profile uses an action made for finding out what a program does',
  severity: 'warning',
  why: 'SCMP_ACT_LOG denies nothing, and SCMP_ACT_TRACE and SCMP_ACT_NOTIFY leave the decision to another process that has to be there.',
  evidence: ['https://man7.org/linux/man-pages/man2/seccomp.2.html'],
  fix: 'Write SCMP_ACT_ALLOW or SCMP_ACT_ERRNO once it is known what is needed.',
  applies: 'seccomp',
  *check({ tree, defaultAction, groups }) {
    const listens = Boolean(textAt(tree, 'listenerPath'));
    // That a defaultAction of SCMP_ACT_LOG allows everything is told by seccomp-default-action.
    const first =
      defaultAction === 'SCMP_ACT_LOG'
        ? []
        : [{ action: defaultAction, span: at(tree, 'defaultAction')?.span }];
    const places = [
      ...first,
      ...groups.map((group) => ({ action: group.action, span: at(group.tree, 'action')?.span })),
    ];
    for (const { action = '', span = tree.span } of places) {
      const message = Object.hasOwn(outcomes, action) ? outcomes[action] : undefined;
      if (message !== undefined && !(listens && action === 'SCMP_ACT_NOTIFY')) yield { at: span, message };
    }
  },
});
