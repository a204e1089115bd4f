import { at, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const annotation = /^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//;

export const rule = defineRule({
  id: 'pod-seccomp-unconfined',
  title: 'a container runs without a seccomp filter',
  severity: 'error',
  why: "Every syscall of the kernel is open to whoever breaks in, also those that podman's default profile denies to all.",
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/seccomp.go',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  ],
  fix: 'Remove it for the default profile, or name a profile with what the service needs besides.',
  applies: 'pod',
  *check({ annotations, containers, spec }) {
    for (const { name, value } of annotations) {
      if (annotation.test(name) && value.type === 'scalar' && value.value === 'unconfined') {
        yield { at: value.span, message: `'unconfined' allows every syscall` };
      }
    }
    for (const tree of [spec, ...containers.map((container) => container.tree)]) {
      const type = at(tree, 'securityContext', 'seccompProfile', 'type');
      if (type !== undefined && textAt(tree, 'securityContext', 'seccompProfile', 'type') === 'Unconfined') {
        yield { at: type.span, message: `'Unconfined' allows every syscall` };
      }
    }
  },
});
