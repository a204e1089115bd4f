import { objectAnnotations } from '../../kube/pod.ts';
import { at, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const unconfined = /^(spc_t|unconfined_t|unconfined_service_t|container_runtime_t|init_t)$/;

export const rule = defineRule({
  id: 'pod-selinux',
  title: "SELinux's separation of containers is switched off",
  severity: 'error',
  why: 'The container runs unconfined: a process that escapes from it meets no further wall, and files of other containers are open to it.',
  evidence: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Remove it, and label what is shared; or give the container a type of its own.',
  applies: 'pod',
  *check(pod) {
    for (const tree of [pod.spec, ...pod.containers.map((container) => container.tree)]) {
      const type = at(tree, 'securityContext', 'seLinuxOptions', 'type');
      const name = textAt(type);
      if (type !== undefined && name !== undefined && unconfined.test(name)) {
        yield { at: type.span, message: `'${name}' confines nothing` };
      }
    }
    for (const { name, value } of objectAnnotations(pod)) {
      const label = name.startsWith('io.podman.annotations.label/') ? (textAt(value) ?? '') : '';
      if (label === 'disable') yield { at: value.span, message: 'no label separates this container' };
      else if (unconfined.test(label.replace(/^type:/, '')))
        yield { at: value.span, message: `'${label.slice(0, 60)}' confines nothing` };
    }
  },
});
