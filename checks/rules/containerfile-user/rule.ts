import { partsOf } from '../../image/instructions.ts';
import { finalStages, foreignBases } from '../../image/stages.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-user',
  title: 'an image runs as root, or as a user only known by name',
  severity: 'warning',
  why: 'A process that is root inside has all that the container is allowed; and runAsNonRoot can only judge a number.',
  evidence: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'https://github.com/containers/common/blob/main/docs/Containerfile.5.md',
  ],
  fix: 'End the last stage with USER UID:GID, numbers other than 0.',
  applies: 'containerfile',
  *check(file) {
    const stages = finalStages(file);
    const users = stages.map(({ instructions }) =>
      instructions.findLast(({ keyword }) => keyword === 'USER'),
    );
    const user = users.find((each) => each !== undefined);
    if (user === undefined) {
      const base = foreignBases(file).find(({ stage }) => stage === stages.at(-1));
      // Who says so in the name of an image has set USER in it.
      if (base === undefined || /nonroot|rootless|unprivileged/.test(base.image)) return;
      const at = stages[0]?.from.keywordSpan ?? base.at;
      yield { at, message: `no USER: the image runs as '${base.image}' does, most likely as root` };
      return;
    }
    const { at } = partsOf(user);
    const [name = ''] = user.value.split(':');
    if (name === 'root' || /^0+$/.test(name)) yield { at, message: 'the image runs as root' };
    else if (!/^\d+$/.test(name) && !name.includes('$')) {
      yield { at, message: `'${name.slice(0, 40)}' is a name, not a number` };
    }
  },
});
