import { headSpan } from '../../project/unit.ts';
import { option } from '../../quadlet/options.ts';
import { hasServiceLimit } from '../../quadlet/service-limits.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-pids-limit',
  title: 'a container has no limit of processes of its own',
  severity: 'info',
  why: "Podman's default of 2048 is the same for a cache and a build server, and a containers.conf can switch it off.",
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#pidslimit-limit'],
  fix: 'Set PidsLimit= to some times of what the service needs when it is busy.',
  applies: 'unit',
  *check(unit, { project }) {
    if (unit.type !== 'container' || option(unit, 'PidsLimit', 'pids-limit')) return;
    if (hasServiceLimit(unit, 'TasksMax', project)) return;
    yield { at: headSpan(unit), message: "PidsLimit= is missing: podman's default counts" };
  },
});
