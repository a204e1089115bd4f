import { at, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const shared = {
  hostNetwork: "the host's network, with all that listens on its loopback",
  hostPID: "the host's processes",
  hostIPC: "the host's shared memory",
} as const;

export const rule = defineRule({
  id: 'pod-host-namespace',
  title: 'a pod shares a namespace with the host',
  severity: 'error',
  why: "On the host's network every service on 127.0.0.1 is open to it and no network holds it in; among the host's processes it reads their environment and sends them signals.",
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Remove it, and publish the ports that are needed.',
  applies: 'pod',
  *check({ spec }) {
    for (const [name, what] of Object.entries(shared)) {
      const place = at(spec, name);
      if (place !== undefined && valueAt(place) === true) {
        yield { at: place.span, message: `it shares ${what}` };
      }
    }
  },
});
