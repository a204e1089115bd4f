import { option } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-pids-unlimited',
  title: "podman's limit of processes is switched off",
  severity: 'error',
  why: 'A fork bomb in one container takes every process number of the machine, and then nobody can log in to stop it.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#pidslimit-limit'],
  fix: 'Set PidsLimit= to a number above what the service needs.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const limit = option(unit, 'PidsLimit', 'pids-limit');
    if (limit !== undefined && /^-\d+$/.test(limit.value)) {
      yield { at: limit.at, message: `'${limit.value}' is no limit: expected a number above 0` };
    }
  },
});
