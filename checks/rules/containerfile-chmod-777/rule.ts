import { letsEveryoneWrite, permissionsOf } from '../../image/permissions.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-chmod-777',
  title: 'everybody may write a file or folder of an image',
  severity: 'warning',
  why: 'A process of any user in the container can change the program or its configuration.',
  evidence: ['https://man7.org/linux/man-pages/man1/chmod.1.html'],
  fix: 'Give it to the one user that writes there (chown, COPY --chown) with mode 0755 or less.',
  applies: 'containerfile',
  *check({ instructions }) {
    for (const { mode, at } of instructions.flatMap(permissionsOf)) {
      if (letsEveryoneWrite(mode)) yield { at, message: `mode ${mode} lets everybody write` };
    }
  },
});
