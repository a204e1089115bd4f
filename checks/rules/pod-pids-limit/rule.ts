import { before, labelOf, objectAnnotations, placeOf } from '../../kube/pod.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-pids-limit',
  title: 'a container has no limit of processes of its own',
  severity: 'info',
  why: "Podman's default of 2048 is the same for a cache and a build server, and a containers.conf can switch it off.",
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Annotate the pod, Deployment or Job: io.podman.annotations.pids-limit/CONTAINER: "256".',
  applies: 'pod',
  *check(pod, { podman }) {
    if (before(podman, '5.5')) return;
    const names = new Set(objectAnnotations(pod).map(({ name }) => name));
    for (const container of pod.containers) {
      if (container.role === 'init' || names.has(`io.podman.annotations.pids-limit/${container.name}`))
        continue;
      yield { at: placeOf(container), message: `${labelOf(container)} has podman's default` };
    }
  },
});
