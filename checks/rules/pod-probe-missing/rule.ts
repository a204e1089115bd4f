import { isNull, labelOf, placeOf, restartPolicy } from '../../kube/pod.ts';
import { at, keyAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-probe-missing',
  title: 'nothing looks after whether a container still works',
  severity: 'warning',
  why: 'A process that hangs counts as running: without a liveness probe neither podman nor a person notices.',
  evidence: [
    'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Set livenessProbe.exec.command to a command that fails when the service does not answer.',
  applies: 'pod',
  *check(pod) {
    if (pod.document.kind === 'Job' || restartPolicy(pod) === 'Never') return;
    for (const container of pod.containers) {
      if (container.role === 'init') continue;
      const probe = at(container.tree, 'livenessProbe');
      if (probe === undefined || isNull(probe)) {
        yield { at: placeOf(container), message: `${labelOf(container)} has no livenessProbe` };
        // Of grpc, kube-ignored-behaviour speaks.
      } else if (
        ['exec', 'httpGet', 'tcpSocket', 'grpc', '<<'].every((handler) => at(probe, handler) === undefined)
      ) {
        const place = keyAt(container.tree, 'livenessProbe') ?? probe;
        yield { at: place.span, message: `the livenessProbe of ${labelOf(container)} has no exec` };
      }
    }
  },
});
