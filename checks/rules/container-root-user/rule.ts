import { podUnitOf } from '../../project/pod-names.ts';
import type { Unit } from '../../project/unit.ts';
import { option, options } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-root-user',
  title: 'a container is told to run as root',
  severity: 'warning',
  why: 'Root inside owns every file of the image, and of a container that is left it is the user who started it, or root.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#userns-mode',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  ],
  fix: 'Set User= to a number other than 0, or map root away with UserNS=auto.',
  applies: 'unit',
  *check(unit, { project }) {
    if (unit.type !== 'container') return;
    const user = option(unit, 'User', 'user');
    if (user === undefined || !/^(root|0+)(:|$)/.test(user.value)) return;
    // A container in a pod has the pod's user namespace; of a pod that is not among the files nothing is known.
    const owner = option(unit, 'Pod', 'pod') ? podUnitOf(unit, project) : unit;
    if (owner === undefined || isMapped(owner)) return;
    yield { at: user.at, message: `expected a user other than root, got '${user.value}'` };
  },
});

function isMapped(unit: Unit): boolean {
  const namespace = option(unit, 'UserNS', 'userns')?.value ?? 'host';
  const maps = [
    ...options(unit, 'UIDMap', 'uidmap'),
    ...options(unit, 'SubUIDMap', 'subuidname'),
    ...options(unit, 'RemapUsers'),
  ];
  return namespace !== 'host' || maps.length > 0;
}
