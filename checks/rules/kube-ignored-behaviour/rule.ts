import { ignoredFields } from '../../kube/ignored.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-ignored-behaviour',
  title: 'a field that a service depends on has no effect',
  severity: 'warning',
  why: 'What Kubernetes would do for the service does not happen: it is not waited for, not stopped gently, not limited, or gets other values.',
  evidence: [
    'https://github.com/containers/podman/blob/main/docs/kubernetes_support.md',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
  ],
  fix: 'Do it another way, as the message says, or run it as a Quadlet.',
  applies: 'document',
  check: (document, { podman }) => ignoredFields(document, podman, 'behaviour'),
});
