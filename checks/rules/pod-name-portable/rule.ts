import { labelOf, podKinds } from '../../kube/pod.ts';
import { at } from '../../parse/tree.ts';
import { podOf } from '../../project/kube.ts';
import { defineRule } from '../../rule.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const rule = defineRule({
  id: 'pod-name-portable',
  title: 'a name is none that can stand in DNS',
  severity: 'warning',
  why: 'The name of the pod becomes its host name and those of containers their aliases in the network; Kubernetes refuses the file.',
  evidence: [
    'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names',
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
  ],
  fix: 'Use small letters, digits and dashes, at most 63, and begin and end with a letter or digit.',
  applies: 'document',
  *check(document) {
    if (!podKinds.has(document.kind)) return;
    const containers = podOf(document)?.containers ?? [];
    const name = at(document.tree, 'metadata', 'name');
    // Names of pods may have dots; what podman refuses is told by pod-name.
    const parts = (document.name ?? '').split('.');
    if (
      name !== undefined &&
      document.name &&
      /^[\w.-]+$/.test(document.name) &&
      !parts.every((part) => label.test(part))
    ) {
      yield { at: name.span, message: `'${document.name.slice(0, 80)}' is no name in DNS` };
    }
    for (const container of containers) {
      const own = at(container.tree, 'name');
      if (own === undefined) yield { at: container.tree.span, message: `there is a ${labelOf(container)}` };
      else if (container.name && /^[\w.-]+$/.test(container.name) && !label.test(container.name)) {
        yield { at: own.span, message: `'${container.name.slice(0, 80)}' is no name in DNS` };
      }
    }
  },
});
