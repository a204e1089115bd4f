import { all, headSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'network-default',
  title: "a container or pod is on podman's default network",
  severity: 'info',
  why: 'The default network is shared with every other container that names none, and leads out of the machine.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-network.1.html'],
  fix: 'Set Network= to a network of its own (a .network unit, with Internal=true), or to none.',
  applies: 'unit',
  *check(unit) {
    const { type, section } = unit;
    if ((type !== 'container' && type !== 'pod') || section === undefined) return;
    if (all(unit, section, 'Pod').length > 0 || all(unit, section, 'Network').length > 0) return;
    yield { at: headSpan(unit), message: 'Network= is missing' };
  },
});
