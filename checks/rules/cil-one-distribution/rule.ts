import { scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import { declaredTypes, resolve, typeNames } from '../../selinux/cil-names.ts';
import base from '../../tables/selinux-base.json' with { type: 'json' };

const only = new Set([...base.containerSelinuxOnly.types, ...base.containerSelinuxOnly.attributes]);

export const rule = defineRule({
  id: 'cil-one-distribution',
  title: "a policy needs a name that Debian's policy does not have",
  severity: 'warning',
  why: "The name comes from container-selinux, as Fedora has it; Debian's reference policy shares container_domain and container_net_domain with it, not this one, and semodule refuses the module there.",
  evidence: [
    'https://github.com/containers/container-selinux/blob/main/container.te',
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/modules/services/container.te',
  ],
  fix: 'Put what needs it into an optional block of its own, or use what both policies have.',
  applies: 'project',
  *check(project) {
    const declared = declaredTypes(project);
    for (const scope of project.policies.flatMap(scopesOf)) {
      if (scope.optional) continue;
      for (const { text, span: at } of typeNames(scope)) {
        if (only.has(text) && resolve(text, scope, declared) === undefined)
          yield { at, message: `'${text}' is not in Debian's policy` };
      }
    }
  },
});
