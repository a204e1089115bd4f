import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-user',
  title: 'an image runs as root, or as a user only known by name',
  severity: 'warning',
  why: 'A process that is root inside has all that the container is allowed; and runAsNonRoot can only judge a number.',
  evidence: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
  fix: 'End the last stage with USER UID:GID, numbers other than 0.',
  applies: 'containerfile',
  *check({ stages }) {
    const user = stages.at(-1)?.instructions.findLast(({ keyword }) => keyword === 'USER');
    if (user === undefined) return;
    const [name = ''] = user.value.split(':');
    if (name === 'root' || /^0+$/.test(name)) yield { at: user.span, message: 'the image runs as root' };
    else if (!/^\d+$/.test(name)) yield { at: user.span, message: `'${name}' is a name, not a number` };
  },
});
