import { imageReference, type Mount, platform, type Service, secretPath } from '../platform.ts';
import type { Podman } from '../podman.ts';
import { renderQuadlets } from '../quadlet-manifests.ts';
import { runArguments } from '../run-arguments.ts';
import { newSecret } from '../secret.ts';

/** A container of a service's image, confined as its unit says, in which nothing runs: what is tried hurts nobody. */
export interface Twin {
  name: string;
  service: Service;
  /** The value of each of its secrets, made for it alone. */
  secret: string;
}

/** How a twin differs from the service. */
export interface Difference {
  /** On what is mounted into it. */
  mounts?: (mounts: readonly Mount[]) => readonly Mount[];
  /** On the unit that it is made from. */
  unit?: (text: string) => string;
  /** More arguments of `podman run`. */
  args?: readonly string[] | ((secret: string) => readonly string[]);
  /** `undefined` is the pod's network. */
  network?: string;
}

const idle = ['node', '-e', 'setInterval(() => {}, 2 ** 30)'];

/** Starts a twin beside a pod, with the pod's network and volumes, and removes it after the work, come what may. */
export async function withTwin<T>(
  podman: Podman,
  pod: string,
  service: Service,
  difference: Difference,
  work: (twin: Twin) => Promise<T>,
): Promise<T> {
  const twin: Twin = { name: `${pod}-twin-of-${service.name}`, service, secret: newSecret() };
  const mounts = difference.mounts?.(service.mounts) ?? service.mounts;
  const { args = [] } = difference;
  const secrets = service.secrets.map((id) => ({ id, name: `${twin.name}-${id}` }));
  const remove = async () => {
    await podman.attempt(['rm', '--force', '--time', '0', '--ignore', twin.name]);
    for (const { name } of secrets) await podman.attempt(['secret', 'rm', name]);
  };
  await remove();
  try {
    for (const { name } of secrets) await podman.run(['secret', 'create', name, '-'], { input: twin.secret });
    const unit = renderQuadlets(platform).get(`${platform.name}-${service.name}.container`) ?? '';
    await podman.run([
      ...['run', '--detach', '--name', twin.name, '--pull', 'never'],
      ...['--network', difference.network ?? pod],
      ...runArguments([difference.unit?.(unit) ?? unit], podman.account.home),
      ...mounts.flatMap(({ volume, path, readOnly }) => [
        '--volume',
        `${pod}-${volume}:${path}:${readOnly ? 'ro,' : ''}Z`,
      ]),
      ...secrets.flatMap(({ id, name }) => [
        '--secret',
        `${name},type=mount,target=${secretPath(id)},uid=${service.uid},gid=${service.uid},mode=0400`,
      ]),
      ...(typeof args === 'function' ? args(twin.secret) : args),
      imageReference(service.image),
      ...idle,
    ]);
    return await work(twin);
  } finally {
    await remove();
  }
}
