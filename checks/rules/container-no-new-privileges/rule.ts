import { securityOptions } from '../../quadlet/podman-arguments.ts';
import { requireTrue } from '../../quadlet/require.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-no-new-privileges',
  title: 'programs in a container can gain privileges',
  severity: 'warning',
  why: 'A setuid program or one with file capabilities in the image makes root of whoever runs it.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#nonewprivileges-bool-defaults-to-false',
    'https://docs.kernel.org/userspace-api/no_new_privs.html',
  ],
  fix: 'Set NoNewPrivileges=true.',
  applies: 'unit',
  *check(unit) {
    const argument = securityOptions(unit).findLast(({ name }) => name === 'no-new-privileges');
    if (argument === undefined || unit.type !== 'container') {
      yield* requireTrue(unit, 'NoNewPrivileges', 'setuid programs gain privileges');
    } else if (argument.value !== undefined && !/^(1|t|true)$/i.test(argument.value)) {
      yield {
        at: argument.at,
        message: `setuid programs gain privileges: no-new-privileges=${argument.value}`,
      };
    }
  },
});
