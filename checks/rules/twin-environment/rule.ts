import { twinsOf } from '../../project/twins.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'twin-environment',
  title: 'a pod and a Quadlet unit give the same service different variables',
  severity: 'warning',
  why: 'The service behaves differently depending on how the host starts it, and tests of the one say nothing of the other.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#environment',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Write the same variables into both files, or render both from one description.',
  applies: 'project',
  *check(project) {
    for (const { pod, unit } of twinsOf(project)) {
      for (const [name, { value, at }] of pod.environment) {
        const there = unit.environment.get(name);
        if (there === undefined) {
          if (!unit.openEnvironment) yield { at, message: `${name} is set here and not in ${unit.file}` };
        } else if (value !== undefined && there.value !== undefined && value !== there.value) {
          // Values may be secrets: they are not repeated.
          yield { at, message: `${name} has another value here than in ${unit.file}` };
        }
      }
      if (pod.openEnvironment) continue;
      for (const name of unit.environment.keys()) {
        if (pod.environment.has(name)) continue;
        yield { at: pod.place, message: `${name} is not set here, but in ${unit.file}` };
      }
    }
  },
});
