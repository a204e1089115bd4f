import { subnetsOf } from '../../project/subnets.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'subnet-overlap',
  title: 'the subnets of two networks overlap',
  severity: 'error',
  why: 'Podman creates the first and refuses the second: "subnet is already used"; its containers do not start.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-network-create.1.html#subnet-subnet',
    'https://github.com/containers/container-libs/blob/main/common/libnetwork/internal/util/validate.go',
  ],
  fix: 'Give each network a range of its own, or leave Subnet= out: podman then picks a free one.',
  applies: 'project',
  *check(project) {
    const sorted = subnetsOf(project).sort((a, b) => a.first - b.first || b.last - a.last);
    let widest = sorted[0];
    for (const subnet of sorted.slice(1)) {
      // Two files of one network name are two ways to make it, or one of them does nothing.
      if (widest && subnet.first <= widest.last && subnet.network !== widest.network) {
        const message = `${subnet.text} overlaps with ${widest.text} of ${widest.unit.name}`;
        yield { at: subnet.at, message };
      }
      if (widest === undefined || subnet.last > widest.last) widest = subnet;
    }
  },
});
