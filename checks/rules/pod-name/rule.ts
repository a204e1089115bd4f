import { labelOf, podKinds, podNameOf } from '../../kube/pod.ts';
import { at, keyAt } from '../../parse/tree.ts';
import { podOf } from '../../project/kube.ts';
import { defineRule } from '../../rule.ts';

const allowed = /^[A-Za-z0-9][\w.-]*$/;

export const rule = defineRule({
  id: 'pod-name',
  title: 'a pod or container has no name that podman takes',
  severity: 'error',
  why: 'Podman refuses a pod without a name, with other characters than letters, digits, _ . and -, or with two containers of one name.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://github.com/containers/podman/blob/main/libpod/define/errors.go',
  ],
  fix: 'Give the pod and each container a name of its own, of small letters, digits and dashes.',
  applies: 'document',
  *check(document) {
    if (!podKinds.has(document.kind)) return;
    const name = podNameOf(document);
    const containers = podOf(document)?.containers ?? [];
    const place =
      at(document.tree, 'metadata', 'name') ??
      keyAt(document.tree, 'metadata') ??
      keyAt(document.tree, 'kind') ??
      document.tree;
    if (name === undefined || name === '') yield { at: place.span, message: 'metadata.name is missing' };
    else if (!allowed.test(name))
      yield { at: place.span, message: `podman takes no pod of the name '${name.slice(0, 60)}'` };
    const seen = new Set<string>();
    for (const container of containers) {
      const own = at(container.tree, 'name');
      const text = container.name ?? '';
      if (seen.has(text))
        yield { at: (own ?? container.tree).span, message: `${labelOf(container)} is there already` };
      else if (text !== '' && !/^[\w.-]+$/.test(text)) {
        yield {
          at: (own ?? container.tree).span,
          message: `podman takes no container of the name '${text.slice(0, 60)}'`,
        };
      }
      seen.add(text);
    }
  },
});
