import { permissionsOf, setsUserId } from '../../image/permissions.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-setuid',
  title: 'a program is made to run as its owner',
  severity: 'warning',
  why: 'A setuid program is the way from a service user to root; under no-new-privileges it does not work at all.',
  evidence: [
    'https://man7.org/linux/man-pages/man2/execve.2.html',
    'https://docs.kernel.org/userspace-api/no_new_privs.html',
  ],
  fix: 'Leave the bit out and start the program as the user that it needs.',
  applies: 'containerfile',
  *check({ instructions }) {
    for (const { mode, at } of instructions.flatMap(permissionsOf)) {
      if (setsUserId(mode)) yield { at, message: `mode ${mode} sets the setuid bit` };
    }
  },
});
