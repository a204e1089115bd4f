import { ignoredFields } from '../../kube/ignored.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-ignored-protection',
  title: 'a protection is written down and does not exist',
  severity: 'error',
  why: 'Kubernetes would enforce it; podman reads the field and does nothing, so the file promises more than the container keeps.',
  evidence: [
    'https://github.com/containers/podman/blob/main/docs/kubernetes_support.md',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  ],
  fix: 'Say it in a form that this podman acts on, or run it as a Quadlet, which has keys for all of these.',
  applies: 'document',
  check: (document, { podman }) => ignoredFields(document, podman, 'protection'),
});
