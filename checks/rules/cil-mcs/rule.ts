import { defineRule } from '../../rule.ts';
import {
  attributesOf,
  containerTypes,
  declaredTypes,
  inheritingBlocks,
  inherits,
} from '../../selinux/cil-names.ts';

export const rule = defineRule({
  id: 'cil-mcs',
  title: "a container's type does not heed the categories that separate pods",
  severity: 'error',
  why: 'The constraints on categories hold for members of mcs_constrained_type only: any other type reads and writes the files of every pod whose type it may touch.',
  evidence: [
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/mcs',
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/modules/services/container.te',
  ],
  fix: 'Add (typeattributeset mcs_constrained_type (TYPE)).',
  applies: 'project',
  *check(project) {
    const attributes = attributesOf(project);
    const containers = containerTypes(project);
    const inheriting = inheritingBlocks(project);
    const constrained = (name: string, seen: ReadonlySet<string> = new Set()): boolean => {
      const own = attributes.get(name) ?? new Set();
      // By way of an attribute of the files' own it is one too; a few steps are all that policies take.
      return (
        own.has('mcs_constrained_type') ||
        (seen.size < 4 &&
          [...own].some(
            (each) => !seen.has(each) && attributes.has(each) && constrained(each, new Set([...seen, each])),
          ))
      );
    };
    for (const [name, [first]] of declaredTypes(project)) {
      if (first?.kind !== 'type' || !containers.has(name) || inherits(first.scope, inheriting)) continue;
      if (!constrained(name))
        yield { at: first.atom.span, message: `'${name}' is not in mcs_constrained_type` };
    }
  },
});
