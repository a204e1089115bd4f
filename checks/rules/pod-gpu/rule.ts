import { before } from '../../kube/pod.ts';
import { entriesAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const device = /^[A-Za-z0-9]([-\w.:]*[A-Za-z0-9])?$/;

export const rule = defineRule({
  id: 'pod-gpu',
  title: 'a device is asked for in a form that podman does not understand',
  severity: 'error',
  why: 'Podman hands in devices by the name of CDI and no others: the container starts without the GPU, and the service fails or computes on the CPU.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://github.com/cncf-tags/container-device-interface',
  ],
  fix: 'For podman 5.4 and later write the device into the key, nvidia.com/gpu=all: 1; before that use AddDevice= in a Quadlet.',
  applies: 'pod',
  *check({ containers }, { podman }) {
    for (const { tree } of containers) {
      const [limits = [], requests = []] = ['limits', 'requests'].map((list) =>
        entriesAt(tree, 'resources', list),
      );
      const limited = new Set(limits.map(({ key }) => key.value));
      // Kubernetes wants the same in both: one report is enough.
      for (const { key } of [...limits, ...requests.filter((each) => !limited.has(each.key.value))]) {
        const name = String(key.value).slice(0, 80);
        const [kind = '', item] = name.split('=', 2);
        const at = key.span;
        if (!/^[^/]+\/[^/]+$/.test(kind)) continue;
        if (item === undefined)
          yield {
            at,
            message: `podman does nothing with '${name}': it names no device, as ${kind}=all does`,
          };
        else if (before(podman, '5.4'))
          yield { at, message: `podman ${podman.text} does nothing with '${name}'; 5.4 does` };
        else if (kind !== 'podman.io/device' && !device.test(item))
          yield { at, message: `'${item}' is no name of a device` };
      }
    }
  },
});
