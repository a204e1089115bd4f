import { type Claim, notHeld, notProvable, unless } from './claim.ts';
import { isDeclared, isKernels, type Mount, parseMounts } from './mounts.ts';
import type { Inside } from './observation.ts';

/** Device nodes that every container has: null, zero, full, random, urandom, tty, ptmx, console, pts. */
const harmless = /^char (1:[35789]|5:[012]|136:\d+) /;
const scratchOptions = ['noexec', 'nosuid', 'nodev'];

export const filesystemClaims: readonly Claim[] = [
  {
    id: 'root-read-only',
    title: 'nothing outside its volumes and scratch folders can be written',
    layer: 'read-only root',
    judge: ({ inside }) => judgeOutcomes(inside.writes, ['EROFS']),
  },
  {
    id: 'scratch-noexec',
    title: 'no program runs from a scratch folder, and no device or setuid bit counts there',
    layer: 'mount options',
    judge({ inside }, { scratch }) {
      const missing = scratch.flatMap(({ path }) => {
        const options = mountAt(inside, path)?.options ?? [];
        return scratchOptions
          .filter((option) => !options.includes(option))
          .map((it) => `${path} lacks ${it}`);
      });
      const ran = judgeOutcomes(inside.executions, ['EACCES']);
      return unless(ran.verdict === 'held' ? missing : [ran.evidence, ...missing], ran.evidence);
    },
  },
  {
    id: 'scratch-bounded',
    title: 'scratch folders are memory of a fixed size',
    layer: 'mount options',
    judge({ inside }, { scratch }) {
      const wrong = scratch.flatMap(({ path, mebibytes }) => {
        const mount = mountAt(inside, path);
        const size = mount?.superOptions.find((option) => option.startsWith('size='));
        return mount?.type === 'tmpfs' && size === `size=${mebibytes * 1024}k`
          ? []
          : [`${path} is ${mount?.type ?? 'no mount'}, ${size ?? 'of any size'}`];
      });
      return unless(wrong, scratch.map(({ path, mebibytes }) => `${path} ${mebibytes} MiB`).join(', '));
    },
  },
  {
    id: 'mounts',
    title: 'sees its own volumes and secrets, and nothing else of the host',
    layer: 'mount namespace',
    judge({ inside, declared }, service) {
      const foreign = hostMounts(inside).filter((mount) => !isDeclared(mount, service, declared));
      const missing = service.mounts.filter(({ path }) => mountAt(inside, path) === undefined);
      return unless(
        [
          ...foreign.map(({ path, root }) => `${path} is not its own: ${root}`),
          ...missing.map(({ path }) => `no ${path}`),
        ],
        hostMounts(inside)
          .map(({ path }) => path)
          .join(', '),
      );
    },
  },
  {
    id: 'models-read-only',
    title: 'models cannot be changed, or are not there at all',
    layer: 'read-only mount',
    judge({ inside }, { mounts }) {
      const mount = mountAt(inside, '/models');
      if (!mounts.some(({ volume }) => volume === 'models'))
        return unless(mount ? ['/models is mounted'] : [], 'not mounted');
      return judgeOutcomes({ '/models': inside.writes['/models'] ?? 'not tried' }, ['EROFS']);
    },
  },
  {
    id: 'secrets',
    title: 'holds its own secrets only, as files, never in an environment',
    layer: 'podman secrets',
    judge({ inside: { secrets }, declared }, service) {
      const foreign = secrets.found.filter((name) => !service.secrets.some((own) => own === name));
      const missing = service.secrets.filter((own) => !secrets.found.includes(own));
      const leaked = declared.secrets.some((value) => secrets.environments.some((it) => it.includes(value)));
      return unless(
        [
          ...foreign.map((name) => `has ${name}`),
          ...missing.map((name) => `lacks ${name}`),
          ...(secrets.inEnvironment || leaked ? ["a secret is in a process's environment"] : []),
          ...secrets.unread.map((name) => `${name} could not be read`),
          ...(secrets.environmentRead ? [] : ["the service's environment could not be read"]),
        ],
        secrets.found.join(', ') || 'has none',
      );
    },
  },
  {
    id: 'no-engine-socket',
    title: "no container engine's socket is within reach",
    layer: 'mount namespace',
    judge: ({ inside }) => unless(inside.sockets, 'none of the usual paths is there'),
  },
  {
    id: 'devices',
    title: 'no device but the harmless ones, and a GPU where it was granted',
    layer: 'device nodes',
    judge({ inside: { devices }, declared: { gpu } }, { name }) {
      if (devices.length === 0) return notHeld('no device was seen');
      const granted = name === 'llm' ? gpu.nodes : [];
      const isGranted = (device: string) => granted.includes(device.split(' ')[2] ?? '');
      const strange = devices.filter((device) => !harmless.test(device) && !isGranted(device));
      return unless(strange, devices.map((device) => device.split(' ')[2]).join(', '));
    },
  },
  {
    id: 'masked-paths',
    title: "the kernel's keys, memory, timers and firmware tables are hidden",
    layer: 'masked paths',
    judge({ inside: { masked } }) {
      const present = Object.values(masked).some((outcome) => outcome !== 'ENOENT');
      if (!present) return notProvable('this kernel has none of them');
      return judgeOutcomes(masked, ['0 bytes', '0 entries', 'EACCES', 'EPERM', 'ENOENT']);
    },
  },
  {
    id: 'kernel-settings',
    title: "the kernel's settings cannot be changed",
    layer: 'read-only /proc and /sys',
    judge({ inside }) {
      const writable = ['/proc/sys', '/sys'].filter((path) => !mountAt(inside, path)?.options.includes('ro'));
      const opened = judgeOutcomes(inside.kernelFiles, ['EROFS', 'EACCES', 'EPERM', 'ENOENT']);
      return unless(
        [
          ...writable.map((path) => `${path} is not mounted read-only`),
          ...(opened.verdict === 'held' ? [] : [opened.evidence]),
        ],
        `/proc/sys and /sys are read-only; ${opened.evidence}`,
      );
    },
  },
];

/** Held where every attempt came to one of the outcomes that are wanted. */
export function judgeOutcomes(outcomes: Readonly<Record<string, string>>, wanted: readonly string[]) {
  const list = Object.entries(outcomes).map(([subject, outcome]) => ({
    outcome,
    text: `${subject}: ${outcome}`,
  }));
  if (list.length === 0) return notHeld('nothing was tried');
  const evidence = list.map(({ text }) => text).join(', ');
  return unless(
    list.filter(({ outcome }) => !wanted.includes(outcome)).map(({ text }) => text),
    evidence,
  );
}

function mountAt(inside: Inside, path: string): Mount | undefined {
  return parseMounts(inside.mounts).findLast((mount) => mount.path === path);
}

/** Mounts that bring something of the host's in; the kernel's own file systems and the image are none. */
function hostMounts(inside: Inside): Mount[] {
  return parseMounts(inside.mounts).filter((mount) => mount.path !== '/' && !isKernels(mount));
}
