import { atomAt, scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';

/** Attributes whose members the base policy exempts from its own rules, and what they get. */
const exempting: ReadonlyArray<readonly [RegExp, string]> = [
  [/^unconfined_domain(_type)?$|_unconfined(_type)?$|^kern_unconfined$/, 'is allowed nearly everything'],
  [/^(privileged_container_domain|spc_domain)$/, 'makes a privileged container of it'],
  [
    /^mcs(readall|writeall|killall|ptraceall|setcats)$|^mls.*(override|all)/,
    'reaches across the categories that separate pods',
  ],
  [
    /^can_(load_policy|setenforce|setsecparam|load_kernmodule|read_shadow_passwords|write_shadow_passwords|relabelto_|write_binary_policy|change_|system_change|receive_kernel_messages)/,
    'is exempt from a neverallow of the base policy',
  ],
  [/^(set_curr_context|process_uncond_exempt)$/, 'may change its own context'],
];

export const rule = defineRule({
  id: 'cil-unconfined',
  title: 'a type joins an attribute that lifts its confinement',
  severity: 'error',
  why: 'The base policy exempts the members of such attributes from what holds for all others; for the service of a container there is no need of that.',
  evidence: [
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/modules/kernel/domain.te',
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/mcs',
  ],
  fix: 'Remove the line, and allow by name what the service needs.',
  applies: 'policy',
  *check(policy) {
    for (const { word, statement } of scopesOf(policy)) {
      const attribute = word === 'typeattributeset' ? atomAt(statement, 1) : undefined;
      if (attribute === undefined) continue;
      const what = exempting.find(([pattern]) => pattern.test(attribute.text.slice(0, 64)))?.[1];
      if (what !== undefined)
        yield { at: attribute.span, message: `a member of '${attribute.text}' ${what}` };
    }
  },
});
