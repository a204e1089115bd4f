import { last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';
import { seccompOption } from '../../seccomp/option.ts';

export const rule = defineRule({
  id: 'container-seccomp-path',
  title: 'a seccomp profile is named by a relative path',
  severity: 'warning',
  why: "Quadlet passes it on as it is, and podman looks in the service's working folder, / or the home folder: not beside the unit, so the container does not start.",
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/systemd/quadlet/quadlet.go',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#WorkingDirectory=',
  ],
  fix: 'Write the whole path; in units of a user it may begin with %h, the home folder.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' || last(unit, 'Service', 'WorkingDirectory')) return;
    const profile = seccompOption(unit);
    if (profile === undefined || /^([/%]|unconfined$|$)/.test(profile.value)) return;
    yield { at: profile.at, message: `expected a path that begins with / or %h, got '${profile.value}'` };
  },
});
