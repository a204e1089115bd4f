import { at as atKey } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { defaultOutcome, outcomeOf, type SyscallUse, syscallUses } from '../../seccomp/syscall-uses.ts';

export const rule = defineRule({
  id: 'seccomp-conflict',
  title: 'two groups of a seccomp profile say different things of a syscall',
  severity: 'error',
  why: 'Of two unconditional groups libseccomp keeps the first; an unconditional one swallows every condition on the same syscall, wherever it stands; two outcomes for equal conditions are refused.',
  evidence: [
    'https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html',
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
  ],
  fix: 'Name each syscall once, or only in groups whose conditions exclude each other.',
  applies: 'seccomp',
  *check(profile) {
    // What depends on capabilities or the architecture may well exclude each other.
    const uses = syscallUses(profile).filter((use) => !use.byCapability && !use.byArchitecture);
    const always = new Map<string, SyscallUse>();
    // crun passes over a group that says what the default says.
    const byDefault = defaultOutcome(profile);
    for (const pass of [false, true]) {
      for (const use of uses) {
        if (use.conditional || always.has(use.name) || (outcomeOf(use.group) === byDefault) !== pass)
          continue;
        always.set(use.name, use);
      }
    }
    const conditions = new Map<string, SyscallUse>();
    for (const use of uses) {
      const { name, group, tree, conditional } = use;
      const at = tree.span;
      const first = always.get(name);
      if (first !== undefined && conditional)
        yield { at, message: `the condition on ${name} is lost: a group without args names it too` };
      else if (first !== undefined && outcomeOf(first.group) !== outcomeOf(group))
        yield { at, message: `${name} stays ${outcomeOf(first.group)}: another group says so` };
      else if (conditional) {
        const key = `${name} ${conditionOf(use)}`;
        const other = conditions.get(key);
        if (other === undefined) conditions.set(key, use);
        else if (outcomeOf(other.group) !== outcomeOf(group))
          yield { at, message: `${name} is ${outcomeOf(other.group)} above for the same arguments` };
      }
    }
  },
});

function conditionOf({ group }: SyscallUse): string {
  const args = atKey(group.tree, 'args');
  return args === undefined
    ? ''
    : args.span.source.text.slice(args.span.start, args.span.end).replaceAll(/\s+/g, '');
}
