import { requireTrue } from '../../quadlet/require.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-read-only',
  title: "a container's root filesystem can be written",
  severity: 'warning',
  why: 'Whoever breaks into the service can change its programs; and what it writes there is lost with the container.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#readonly'],
  fix: 'Set ReadOnly=true, and give it Tmpfs= or Volume= where it has to write.',
  applies: 'unit',
  check: (unit) => requireTrue(unit, 'ReadOnly', 'the root filesystem can be written'),
});
