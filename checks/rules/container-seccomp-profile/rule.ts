import { headSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';
import { seccompOption } from '../../seccomp/option.ts';

export const rule = defineRule({
  id: 'container-seccomp-profile',
  title: 'a container has no seccomp profile of its own',
  severity: 'info',
  why: "Podman's default profile allows some 370 syscalls, for any program; a service needs a fraction, and each that is left out is one way less into the kernel.",
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#seccompprofile-path',
    'https://github.com/containers/common/blob/main/pkg/seccomp/seccomp.json',
  ],
  fix: 'Set SeccompProfile= to a profile that lists what the service calls.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' || seccompOption(unit) !== undefined) return;
    yield { at: headSpan(unit), message: "SeccompProfile= is missing: podman's default profile counts" };
  },
});
