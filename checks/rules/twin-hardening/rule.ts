import { posix } from 'node:path';
import type { Report } from '../../finding.ts';
import type { Fact } from '../../project/services.ts';
import { differ, difference, listed, type Twins, twinsOf } from '../../project/twins.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'twin-hardening',
  title: 'a pod and a Quadlet unit confine the same service differently',
  severity: 'warning',
  why: 'The service is only as well confined as the weaker of the two files says, and a test of the stronger one hides it.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#container-units-container',
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  ],
  fix: 'Write the same user, capabilities, labels and switches into both files, or render both from one description.',
  applies: 'project',
  *check(project) {
    for (const twins of twinsOf(project)) {
      const { pod, unit } = twins;
      yield* differ(twins, 'the user', pod.user, unit.user);
      yield* differ(twins, 'the group', pod.group, unit.group);
      yield* differ(twins, 'the read-only root filesystem', pod.readOnly, unit.readOnly, onOff);
      yield* differ(twins, 'the ban on new privileges', pod.noNewPrivileges, unit.noNewPrivileges, onOff);
      yield* differ(twins, 'the SELinux level', pod.level, unit.level);
      yield* differ(twins, 'the SELinux type', pod.type, unit.type);
      yield* differ(twins, 'the seccomp profile', base(pod.seccomp), base(unit.seccomp));
      yield* differSets(twins, 'the set of added capabilities', pod.added, unit.added);
      // A unit or pod that drops none at all is found by itself.
      if (pod.dropped.length > 0 && unit.dropped.length > 0)
        yield* differSets(twins, 'the set of dropped capabilities', pod.dropped, unit.dropped);
    }
  },
});

function* differSets(
  { pod, unit }: Twins,
  what: string,
  inPod: ReadonlyArray<Fact<string>>,
  inUnit: ReadonlyArray<Fact<string>>,
): Generator<Report> {
  const [here, there] = [inPod, inUnit].map((facts) => listed(facts.map(({ value }) => value)));
  if (here === undefined || there === undefined || here === there) return;
  yield { at: inPod[0]?.at ?? pod.place, message: difference(what, here, there, unit.file) };
}

const onOff = (isOn: boolean) => (isOn ? 'on' : 'off');

/** The folder differs: kube play has a root of its own for profiles. */
function base(fact: Fact<string> | undefined): Fact<string> | undefined {
  return fact && { ...fact, value: posix.basename(fact.value) };
}
