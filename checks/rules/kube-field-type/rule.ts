import { fieldsOf } from '../../kube/schema.ts';
import { typeReports } from '../../kube/types.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-field-type',
  title: 'a field has a value of the wrong type',
  severity: 'error',
  why: 'Podman cannot decode the file and refuses all of it; the error names a type of the Go language and no line.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/',
  ],
  fix: 'Write a number or true and false without quotes, and lists with a dash before every item.',
  applies: 'document',
  *check(document) {
    for (const field of fieldsOf(document)) yield* typeReports(field);
  },
});
