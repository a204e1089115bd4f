import { platform, selinuxType } from '../platform.ts';
import { type Claim, held, notHeld, notProvable, unless } from './claim.ts';
import type { Observation } from './observation.ts';

export const selinuxClaims: readonly Claim[] = [
  {
    id: 'selinux-enforcing',
    title: 'SELinux is enforcing',
    layer: 'SELinux',
    judge({ host: { selinux } }) {
      if (selinux === 'off') return notProvable('this host runs without SELinux');
      return selinux === 'enforcing' ? held('enforcing') : notHeld('permissive: denials are only logged');
    },
  },
  {
    id: 'selinux-type',
    title: 'every process has the type of its service',
    layer: 'SELinux',
    judge: (seen, service) => judgeLabels(seen, (label) => label.split(':')[2] ?? '', selinuxType(service)),
  },
  {
    id: 'selinux-level',
    title: "every process has the pod's level",
    layer: 'SELinux',
    judge: (seen) => judgeLabels(seen, (label) => label.split(':').slice(3).join(':'), platform.selinuxLevel),
  },
];

function judgeLabels(
  { host, inside, outside }: Observation,
  part: (label: string) => string,
  wanted: string,
) {
  if (host.selinux === 'off') return notProvable('this host runs without SELinux');
  const labels = [outside.label, ...inside.processes.map(({ label }) => label)];
  const others = labels.filter((label) => part(label) !== wanted);
  return unless([...new Set(others)], wanted);
}
