import { labelOf } from '../../kube/pod.ts';
import { at, keyAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const commands = { httpGet: 'curl', tcpSocket: 'nc' } as const;

export const rule = defineRule({
  id: 'pod-probe-command',
  title: 'a probe needs a shell and a program of the image',
  severity: 'warning',
  why: 'There is no kubelet: podman runs sh with curl or nc inside of the container, and without them it is never healthy and always restarted.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Use exec with a command that the image has.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      if (container.role === 'init') continue;
      for (const name of ['livenessProbe', 'startupProbe']) {
        const probe = at(container.tree, name);
        if (at(probe, 'exec') !== undefined) continue;
        for (const [handler, command] of Object.entries(commands)) {
          const key = keyAt(probe, handler);
          if (key === undefined) continue;
          const message = `${handler} runs sh and ${command} inside of ${labelOf(container)}`;
          yield { at: key.span, message };
        }
      }
    }
  },
});
