import { options } from '../../quadlet/options.ts';
import { securityOptions } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-apparmor-unconfined',
  title: 'a container runs without an AppArmor profile',
  severity: 'error',
  why: "On Debian, Ubuntu and SUSE machines podman's profile keeps root inside from mounting and from writing to the kernel's switches.",
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#apparmor-name'],
  fix: "Remove the line for podman's default profile, or name a profile of your own.",
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const found = securityOptions(unit).filter(({ name }) => name === 'apparmor');
    for (const { value, at } of [...options(unit, 'AppArmor'), ...found]) {
      if (value === 'unconfined') yield { at, message: "'unconfined' confines nothing" };
    }
  },
});
