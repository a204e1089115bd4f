import { posix } from 'node:path';
import { resourceNameOf } from '../../project/pod-names.ts';
import { type Project, unitNamed } from '../../project/project.ts';
import { type Service, type ServiceMount, servicesOf } from '../../project/services.ts';
import { defineRule } from '../../rule.ts';

interface User {
  readonly service: Service;
  readonly mount: ServiceMount;
}

export const rule = defineRule({
  id: 'shared-volume-level',
  title: 'containers that share a volume with :Z do not share an SELinux level',
  severity: 'error',
  why: "Each :Z labels the volume for the container that starts, with that container's own level: the others are locked out.",
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#volume-v-source-volume-host-dir-container-dir-options',
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#securitylabellevel',
  ],
  fix: 'Give them one SecurityLabelLevel=, put them into one pod, or share the volume with :z.',
  applies: 'project',
  *check(project) {
    for (const [source, users] of usersOf(project)) {
      const services = [...new Set(users.map(({ service }) => service))];
      if (services.length < 2 || canShare(services)) continue;
      for (const { service, mount } of users) {
        if (!mount.options.includes('Z')) continue;
        const other = services[0] === service ? services[1] : services[0];
        const more = services.length > 2 ? ` and ${services.length - 2} more` : '';
        yield {
          at: mount.at,
          message: `'${source}' is also used by ${other?.file}${more}, at another level`,
        };
      }
    }
  },
});

/** One level for all; or members of one pod, which podman gives one level as long as none asks for a label. */
function canShare(services: readonly Service[]): boolean {
  const [first] = services;
  if (services.every(({ level }) => level !== undefined && level.value === first?.level?.value)) return true;
  const plain = services.every(({ level, type }) => level === undefined && type === undefined);
  return plain && first?.pod !== undefined && services.every(({ pod }) => pod === first.pod);
}

/** Who mounts a volume or a folder of the host; units alone, as kube play knows no :Z of its own. */
function usersOf(project: Project): Map<string, User[]> {
  const found = new Map<string, User[]>();
  for (const service of servicesOf(project)) {
    if (service.kind !== 'unit' || service.file.includes('@') || service.isUnlabelled) continue;
    for (const mount of service.mounts) {
      const { source } = mount;
      if (source === undefined || /^\.|%[iIjJ]/.test(source)) continue;
      const volume = unitNamed(project, source);
      const name = (volume && resourceNameOf(volume)) ?? posix.normalize(source).replace(/(?<=.)\/$/, '');
      const users = found.get(name);
      if (users) users.push({ service, mount });
      else found.set(name, [{ service, mount }]);
    }
  }
  return found;
}
