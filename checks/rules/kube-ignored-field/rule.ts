import { ignoredFields } from '../../kube/ignored.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-ignored-field',
  title: 'a field has no effect under podman',
  severity: 'info',
  why: 'It belongs to the scheduler, the services or the accounts of a cluster, which one machine does not have; whoever reads the file may count on it.',
  evidence: [
    'https://github.com/containers/podman/blob/main/docs/kubernetes_support.md',
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
  ],
  fix: 'Leave it for a cluster, or remove it.',
  applies: 'document',
  check: (document, { podman }) => ignoredFields(document, podman, 'little'),
});
