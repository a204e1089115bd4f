import { at, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-read-only',
  title: "a container's root filesystem can be written",
  severity: 'warning',
  why: 'Whoever breaks into the service can change its programs; and what it writes there is lost with the container.',
  evidence: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
  fix: 'Set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where it has to write.',
  applies: 'pod',
  *check({ containers }) {
    for (const { tree, name } of containers) {
      const path = ['securityContext', 'readOnlyRootFilesystem'] as const;
      if (valueAt(tree, ...path) === true) continue;
      const place = at(tree, ...path) ?? at(tree, 'name') ?? tree;
      yield { at: place.span, message: `container '${name}' can write to its root filesystem` };
    }
  },
});
