import { podmanArguments } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-privileged',
  title: 'a container is privileged',
  severity: 'error',
  why: 'It has every capability and device, and neither seccomp, SELinux nor masks hold it: nearly nothing is left of the container.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-run.1.html#privileged'],
  fix: 'Remove it, and add the one device or capability that the service needs.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const { flag, value, flagAt } of podmanArguments(unit)) {
      if (flag === 'privileged' && (value === undefined || /^(1|t|true)$/i.test(value))) {
        yield { at: flagAt, message: 'every protection of the container is off' };
      }
    }
  },
});
