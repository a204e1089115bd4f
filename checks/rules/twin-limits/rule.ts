import { differ, saidBytes, twinsOf } from '../../project/twins.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'twin-limits',
  title: 'a pod and a Quadlet unit limit the same service differently',
  severity: 'warning',
  why: 'A limit that was raised in one file only lets the service be killed where the other file starts it.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#pidslimit',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Write the same memory and pids limits into both files, or render both from one description.',
  applies: 'project',
  *check(project) {
    for (const twins of twinsOf(project)) {
      const { pod, unit } = twins;
      yield* differ(twins, 'the memory limit', pod.memory, unit.memory, saidBytes);
      yield* differ(twins, 'the limit of processes', pod.pids, unit.pids);
    }
  },
});
