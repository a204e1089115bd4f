import { isNull, labelOf } from '../../kube/pod.ts';
import { at, itemsAt, keyAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import support from '../../tables/kube-support.json' with { type: 'json' };

export const rule = defineRule({
  id: 'kube-init-container',
  title: 'an init container is asked for what podman does not do for it',
  severity: 'error',
  why: 'Podman refuses pods whose init containers have probes or hooks, runs each to its end before the next, and publishes none of their ports.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Make what keeps running an ordinary container, and remove probes, hooks and ports from init containers.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      if (container.role !== 'init') continue;
      const { tree } = container;
      const label = labelOf(container);
      for (const name of support.initContainers.rejected) {
        const value = at(tree, name);
        const key = keyAt(tree, name);
        if (key !== undefined && value !== undefined && !isNull(value))
          yield { at: key.span, message: `podman refuses ${name} in ${label}` };
      }
      const policy = at(tree, 'restartPolicy');
      if (policy !== undefined && textAt(tree, 'restartPolicy') === 'Always') {
        yield { at: policy.span, message: `podman waits for the end of ${label}, and runs no sidecars` };
      }
      const [port] = itemsAt(tree, 'ports');
      if (port !== undefined && itemsAt(tree, 'ports').some((each) => at(each, 'hostPort') !== undefined)) {
        yield { at: keyAt(tree, 'ports')?.span ?? port.span, message: `no port of ${label} is published` };
      }
    }
  },
});
