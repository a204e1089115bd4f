import { defineRule } from '../../rule.ts';
import { seccompOption } from '../../seccomp/option.ts';

export const rule = defineRule({
  id: 'container-seccomp-unconfined',
  title: 'a container runs without a seccomp filter',
  severity: 'error',
  why: "Every syscall of the kernel is open to whoever breaks in, also those that podman's default profile denies to all.",
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#seccompprofile-path'],
  fix: "Remove the line for podman's default profile, or name a profile with what the service needs besides.",
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const profile = seccompOption(unit);
    if (profile?.value === 'unconfined')
      yield { at: profile.at, message: "'unconfined' allows every syscall" };
  },
});
