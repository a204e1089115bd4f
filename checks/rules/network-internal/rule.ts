import { headSpan, isOn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'network-internal',
  title: 'a network leads out of the machine',
  severity: 'info',
  why: 'Whoever breaks into a service of this network can send away what it finds there. Published ports answer without a way out.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#internal-network'],
  fix: 'Set Internal=true, unless a service of this network has to reach others.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'network' || isOn(unit, 'Network', 'Internal')) return;
    yield { at: headSpan(unit), message: 'its containers reach whatever this machine reaches' };
  },
});
