import { podPlace, restartPolicy } from '../../kube/pod.ts';
import { at } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-job-restart',
  title: 'a Job is restarted for ever',
  severity: 'error',
  why: 'Podman restarts always where nothing else is written, Jobs too: what is done begins anew. Kubernetes refuses such a Job.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template',
  ],
  fix: 'Set restartPolicy: Never or OnFailure in the template.',
  applies: 'pod',
  *check(pod) {
    if (pod.document.kind !== 'Job' || restartPolicy(pod) !== 'Always') return;
    const written = at(pod.spec, 'restartPolicy');
    if (written === undefined) yield { at: podPlace(pod), message: 'restartPolicy is missing' };
    else yield { at: written.span, message: 'expected Never or OnFailure' };
  },
});
