import { all, keySpan, last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

/** Keys of what belongs to the pod's namespaces, and what podman says of them. */
const podKeys = [
  'PublishPort',
  'Network',
  'AddHost',
  'HostName',
  'UserNS',
  'IP',
  'IP6',
  'NetworkAlias',
  'DNS',
];

export const rule = defineRule({
  id: 'quadlet-pod-member',
  title: 'a container of a pod sets what belongs to the pod',
  severity: 'error',
  why: 'The containers of a pod share its network, names and users: podman refuses to start one that has its own. The generator says nothing of it.',
  evidence: [
    'https://github.com/containers/podman/blob/v5.4.2/pkg/specgen/container_validate.go',
    'https://github.com/containers/podman/blob/v5.4.2/cmd/podman/containers/create.go',
  ],
  fix: 'Move the line to the [Pod] section of the .pod unit.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' || !last(unit, 'Container', 'Pod')?.value) return;
    for (const key of podKeys) {
      for (const entry of all(unit, 'Container', key)) {
        yield { at: keySpan(entry), message: `${key}= is the pod's to set` };
      }
    }
  },
});
