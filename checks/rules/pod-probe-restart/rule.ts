import { before, restartPolicy } from '../../kube/pod.ts';
import { at, keyAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-probe-restart',
  title: 'a liveness probe that fails restarts nothing',
  severity: 'info',
  why: 'The container is called unhealthy and goes on as it is: with restartPolicy Never, and before podman 5.1 with any.',
  evidence: [
    'https://github.com/containers/podman/issues/22864',
    'https://github.com/containers/podman/issues/20903',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Set restartPolicy: Always and use podman 5.1 or later, or let something watch for unhealthy containers.',
  applies: 'pod',
  *check(pod, { podman }) {
    const policy = restartPolicy(pod);
    // 4.4 and 4.5 handed on the policy, but compared OnFailure with another spelling.
    const works = before(podman, '4.6') ? policy === 'Always' : policy !== 'Never' && !before(podman, '5.1');
    if (works) return;
    for (const { tree, role } of pod.containers) {
      const key = keyAt(tree, 'livenessProbe');
      if (
        key === undefined ||
        role === 'init' ||
        (at(tree, 'livenessProbe', 'exec') === undefined &&
          at(tree, 'livenessProbe', 'httpGet') === undefined &&
          at(tree, 'livenessProbe', 'tcpSocket') === undefined)
      )
        continue;
      yield {
        at: key.span,
        message: `with restartPolicy ${policy}, podman ${podman.text} only calls it unhealthy`,
      };
    }
  },
});
