import { annotationReports } from '../../kube/annotations.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-annotation-age',
  title: 'an annotation is newer than podman',
  severity: 'warning',
  why: 'This podman passes it over without a word, so the limit or setting does not exist until podman is upgraded.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/libpod/define/annotations.go',
  ],
  fix: 'Use the podman that the message names, or a Quadlet, which has a key or PodmanArgs= for it.',
  applies: 'document',
  check: (document, { podman }) => annotationReports(document, podman, 'new'),
});
