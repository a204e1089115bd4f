import { overlaps, parseSubnet, subnetsOf } from '../../project/subnets.ts';
import { defineRule } from '../../rule.ts';

/** Of podman's network `podman`, unless containers.conf says otherwise. */
const usual = parseSubnet('10.88.0.0/16');

export const rule = defineRule({
  id: 'subnet-default-network',
  title: "a network takes addresses of podman's default network",
  severity: 'info',
  why: 'Podman refuses it, "subnet is already used", unless default_subnet in containers.conf has moved the default away.',
  evidence: [
    'https://github.com/containers/common/blob/main/docs/containers.conf.5.md#network-table',
    'https://docs.podman.io/en/latest/markdown/podman-network-create.1.html#subnet-subnet',
  ],
  fix: 'Take a range outside of 10.88.0.0/16, or set default_subnet and say so in a waiver.',
  applies: 'project',
  *check(project) {
    for (const subnet of subnetsOf(project)) {
      if (usual && overlaps(subnet, usual))
        yield { at: subnet.at, message: `${subnet.text} shares addresses with 10.88.0.0/16` };
    }
  },
});
