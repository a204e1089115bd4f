import { kubeSecretName, platform } from './platform.ts';
import type { Podman } from './podman.ts';
import { secretIds } from './secrets-plan.ts';

/** Stops the gateway first: what it still answers needs the services behind it. */
export async function stopPod(podman: Podman, pod: string, stopSeconds: number): Promise<void> {
  const time = ['--time', String(stopSeconds)];
  await podman.attempt(['stop', ...time, `${pod}-orchestrator`]);
  await podman.attempt(['pod', 'stop', ...time, pod]);
}

/** Removes a pod played from YAML with the volumes that podman 4 leaves: those of scratch folders and secrets. */
export async function removePod(podman: Podman, pod: string, stopSeconds: number): Promise<void> {
  if (await podman.exists('pod', pod)) {
    if (stopSeconds > 0) await stopPod(podman, pod, stopSeconds);
    await podman.run(['pod', 'rm', '--force', '--time', String(stopSeconds), pod]);
  }
  const left = [...scratchVolumes(pod), ...secretIds.map((id) => kubeSecretName(pod, id))];
  const known = (await podman.run(['volume', 'ls', '--quiet'])).split('\n');
  const own = left.filter((volume) => known.includes(volume));
  if (own.length > 0) await podman.attempt(['volume', 'rm', ...own]);
}

/** Removes everything that a throw-away pod had: the pod, its network, its secrets, every volume of its name. */
export async function purgePod(podman: Podman, pod: string): Promise<void> {
  await removePod(podman, pod, 10);
  if (await podman.exists('network', pod)) await podman.run(['network', 'rm', '--force', pod]);
  for (const id of secretIds) await podman.attempt(['secret', 'rm', kubeSecretName(pod, id)]);
  const own = await namesOf(podman, 'volume', pod);
  if (own.length > 0) await podman.run(['volume', 'rm', '--force', ...own]);
}

/** Removes what tests made beside a throw-away pod and did not remove themselves, because they were killed. */
export async function purgeBeside(podman: Podman, pod: string): Promise<void> {
  for (const kind of ['container', 'network'] as const) {
    const own = await namesOf(podman, kind, pod);
    if (own.length > 0) await podman.run([kind, 'rm', '--force', ...own]);
  }
}

/** Names of everything podman still has of a pod. */
export async function remainsOf(podman: Podman, pod: string): Promise<string[]> {
  return (await Promise.all(kinds.map((kind) => namesOf(podman, kind, pod)))).flat();
}

const kinds = ['container', 'pod', 'volume', 'network', 'secret'] as const;

/** Of one kind, what bears a pod's name. */
async function namesOf(podman: Podman, kind: (typeof kinds)[number], pod: string): Promise<string[]> {
  const all = kind === 'container' ? ['--all'] : [];
  const format = kind === 'container' ? '{{.Names}}' : '{{.Name}}';
  const names = (await podman.run([kind, 'ls', ...all, '--format', format])).split('\n');
  return names.filter((name) => name === pod || name.startsWith(`${pod}-`));
}

function scratchVolumes(pod: string): string[] {
  const own = platform.services.flatMap(({ name, scratch }) =>
    scratch.map(({ path }) => `${pod}-${name}${path.replaceAll('/', '-')}`),
  );
  return [...own, `${pod}-shm`];
}
