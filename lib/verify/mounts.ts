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

const kernelTypes = ['proc', 'sysfs', 'devpts', 'mqueue', 'cgroup', 'cgroup2'];
const oneDevice = /^\/(null|zero|full|random|urandom|tty|console)$/;

/** Whether a mount below /proc, /sys or /dev is the kernel's or the runtime's own; which devices there are is another claim. */
export function isKernels({ path, root, type }: Mount): boolean {
  if (!/^\/(proc|sys|dev)(\/|$)/.test(path)) return false;
  if (kernelTypes.includes(type) || type === 'devtmpfs') return true;
  return type === 'tmpfs' && (root === '/' || oneDevice.test(root));
}

const podmanFiles = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/run/.containerenv', '/run/secrets'];
/** Where podman keeps what it makes for a container. */
const podmanFolder = /\/overlay-containers\/[0-9a-f]{64}\/userdata\//;

/** Whether a mount is the service's own: at its place, and with what belongs there behind it. */
export function isDeclared(mount: Mount, service: Service, declared: Declared): boolean {
  const { path, root, type } = mount;
  const { mounts, scratch, secrets } = service;
  const { owner, gpu } = declared;
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
    (service.name === 'llm' &&
      gpu.mounts.some(
        (file) => merged(file.path) === path && file.hostPath.endsWith(withoutSubvolume(mount)),
      ))
  );
}

/** In Debian's images /lib and its like are links into /usr. */
function merged(path: string): string {
  return path.replace(/^\/(bin|sbin|lib\w*)\//, '/usr/$1/');
}

/** The path on the host, or its end where the file system is not the root's: Btrfs puts the subvolume before it. */
function withoutSubvolume({ root, superOptions }: Mount): string {
  const subvolume = superOptions.find((option) => option.startsWith('subvol=/'))?.slice('subvol='.length);
  return subvolume && subvolume !== '/' && root.startsWith(`${subvolume}/`)
    ? root.slice(subvolume.length)
    : root;
}
