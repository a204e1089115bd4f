import { short } from '../../kube/pod.ts';
import { at, itemsAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const paths = /^metadata\.(name|uid|(labels|annotations)\['.+'\])$/;
const resources = /^(limits|requests)\.(cpu|memory)$/;

export const rule = defineRule({
  id: 'kube-field-ref',
  title: 'a variable is taken from a field that podman does not offer',
  severity: 'error',
  why: 'Podman refuses the pod: of the many fields that Kubernetes offers it knows four, and no addresses, nodes or namespaces.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://kubernetes.io/docs/concepts/workloads/pods/downward-api/',
  ],
  fix: "Take metadata.name, metadata.uid, metadata.labels['x'] or metadata.annotations['x']; of resources limits and requests of cpu and memory.",
  applies: 'pod',
  *check({ containers }) {
    for (const { tree } of containers) {
      for (const variable of itemsAt(tree, 'env')) {
        const from = at(variable, 'valueFrom');
        const path = textAt(from, 'fieldRef', 'fieldPath');
        const resource = textAt(from, 'resourceFieldRef', 'resource');
        const name = textAt(variable, 'name');
        if (path !== undefined && !paths.test(path)) {
          yield {
            at: (at(from, 'fieldRef', 'fieldPath') ?? variable).span,
            message: `podman cannot set ${name}: it has no '${short(path)}'`,
          };
        }
        if (resource !== undefined && !resources.test(resource)) {
          yield {
            at: (at(from, 'resourceFieldRef', 'resource') ?? variable).span,
            message: `podman cannot set ${name}: it has no '${short(resource)}'`,
          };
        }
      }
    }
  },
});
