import { podUnitOf } from '../../project/pod-names.ts';
import { headSpan } from '../../project/unit.ts';
import { option } from '../../quadlet/options.ts';
import { hasServiceLimit, isSplit } from '../../quadlet/service-limits.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-memory-limit',
  title: 'a container may take all memory',
  severity: 'warning',
  why: 'One leak or one large request takes the whole machine down, or makes the kernel kill another service.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#memory-number-unit',
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#cgroupsmode-how',
    'https://github.com/containers/podman/blob/main/libpod/container_internal_linux.go',
  ],
  fix: 'Set Memory= (podman 5.5 and later), or PodmanArgs=--memory=SIZE before that.',
  applies: 'unit',
  *check(unit, { project }) {
    if (unit.type !== 'container') return;
    const limit = option(unit, 'Memory', 'memory');
    if (limit !== undefined) {
      if (/^0+\D?$/.test(limit.value)) yield { at: limit.at, message: `'${limit.value}' is no limit` };
      return;
    }
    // The unit's own limits hold for what runs inside of its cgroup, and the pod's for what runs inside of the pod's.
    if (hasServiceLimit(unit, 'MemoryMax', project)) return;
    const pod = podUnitOf(unit, project);
    if (pod !== undefined && !isSplit(unit) && option(pod, 'Memory', 'memory')) return;
    yield { at: headSpan(unit), message: 'there is no memory limit' };
  },
});
