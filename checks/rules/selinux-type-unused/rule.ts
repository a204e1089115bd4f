import { processTypes } from '../../project/process-types.ts';
import { servicesOf } from '../../project/services.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'selinux-type-unused',
  title: 'no container runs with an SELinux type that was written for one',
  severity: 'warning',
  why: 'The service runs as container_t, with all that this type allows, and the policy confines nobody.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#securitylabeltype',
    'https://github.com/containers/udica',
  ],
  fix: 'Name it with SecurityLabelType= or seLinuxOptions.type, or remove it.',
  applies: 'project',
  *check(project) {
    const services = servicesOf(project);
    if (services.length === 0) return;
    const used = new Set(services.map(({ type }) => type?.value));
    for (const { name, at } of project.policies.flatMap(processTypes)) {
      if (!used.has(name)) yield { at, message: `no unit and no pod names '${name}'` };
    }
  },
});
