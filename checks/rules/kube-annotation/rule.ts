import { annotationReports } from '../../kube/annotations.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-annotation',
  title: 'an annotation for podman has no effect',
  severity: 'error',
  why: 'Podman looks for exact names in one place and says nothing of any other: a limit or a profile in an annotation that it does not find does not exist.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/libpod/define/annotations.go',
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
  ],
  fix: 'Use a name that this podman knows, with the container behind the slash, and put it where the message says.',
  applies: 'document',
  check: (document, { podman }) => annotationReports(document, podman, 'wrong'),
});
