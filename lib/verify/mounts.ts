import { dirname } from 'node:path';
import { kubeSecretName, type Service, secretPath } from '../platform.ts';
import type { Declared } from './observation.ts';

/** One line of /proc/PID/mountinfo, proc_pid_mountinfo(5). */
export interface Mount {
  /** What of its file system is mounted: the path there. */
  root: string;
  path: string;
  options: readonly string[];
  type: string;
  superOptions: readonly string[];
}

export function parseMounts(text: string): Mount[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [, , , root = '', path = '', options = ''] = before.split(' ').map(unescaped);
      const [type = '', , superOptions = ''] = after.split(' ');
      return {
        root,
        path,
        options: options.split(','),
        type,
        superOptions: superOptions.split(','),
      };
    });
}

/** Spaces and their like come as octal numbers. */
function unescaped(word: string): string {
  return word.replaceAll(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

const podmanFiles = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/run/.containerenv', '/run/secrets'];
/** Where podman keeps what it makes for a container. */
const podmanFolder = /\/overlay-containers\/[0-9a-f]{64}\/userdata\//;

/** Whether a mount is the service's own: at its place, and with what belongs there behind it. */
export function isDeclared({ path, root, type }: Mount, service: Service, declared: Declared): boolean {
  const { mounts, scratch, secrets } = service;
  const { owner, gpuMounts } = declared;
  const isVolume = (name: string) => root.endsWith(`/${name}/_data`);
  const ofPodman = podmanFolder.test(root);
  return (
    (podmanFiles.includes(path) && ofPodman) ||
    mounts.some((mount) => mount.path === path && isVolume(`${owner}-${mount.volume}`)) ||
    scratch.some((folder) => folder.path === path && type === 'tmpfs') ||
    secrets.some(
      (secret) =>
        (path === secretPath(secret) && ofPodman) ||
        (path === dirname(secretPath(secret)) && isVolume(kubeSecretName(owner, secret))),
    ) ||
    // The path there is the whole one, unless the host's file lies on a file system of its own.
    (service.name === 'llm' && gpuMounts.some((gpu) => gpu.path === path && gpu.hostPath.endsWith(root)))
  );
}
