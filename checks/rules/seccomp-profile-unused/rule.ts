import { posix } from 'node:path';
import { servicesOf } from '../../project/services.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'seccomp-profile-unused',
  title: 'no container names a seccomp profile',
  severity: 'warning',
  why: 'The service that it was written for runs with the default profile, which allows some 370 syscalls.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#seccompprofile',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html#seccomp-profile-root-path',
  ],
  fix: 'Name it with SeccompProfile= or the annotation container.seccomp.security.alpha.kubernetes.io/NAME, or remove it.',
  applies: 'project',
  *check(project) {
    const services = servicesOf(project);
    if (services.length === 0) return;
    const used = new Set(services.map(({ seccomp }) => posix.basename(seccomp?.value ?? '')));
    for (const { source, tree } of project.seccomp) {
      const name = posix.basename(source.path);
      const at = { ...tree.span, end: Math.min(tree.span.start + 1, tree.span.end) };
      if (!used.has(name)) yield { at, message: `no unit and no pod names ${name}` };
    }
  },
});
