import type { Account } from '../account.ts';
import { cleaningUp } from '../clean-up.ts';
import { imageReference, type Mount, platform, type Service, secretPath } from '../platform.ts';
import type { Podman } from '../podman.ts';
import { renderQuadlets, volumesOf } from '../quadlet-manifests.ts';
import type { RunOptions } from '../run.ts';
import { runArguments } from '../run-arguments.ts';
import { profileFolderOf, withProfilesIn } from '../seccomp-install.ts';
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
  /** podman's words for it, or 'open' for one that leads out; `undefined` is the pod's. */
  network?: string;
}

const idle = ['node', '-e', 'setInterval(() => {}, 2 ** 30)'];

/** Starts a twin beside a pod, in the pod's network, with volumes of its own, and removes it after the work, come what may. */
export async function withTwin<T>(
  podman: Podman,
  pod: string,
  service: Service,
  difference: Difference,
  work: (twin: Twin) => Promise<T>,
): Promise<T> {
  const twin: Twin = { name: `${pod}-twin-of-${service.name}`, service, secret: newSecret() };
  const open = `${twin.name}-open`;
  let making: Promise<unknown> = Promise.resolve();
  const remove = async () => {
    // What is just being made would not be there yet.
    await making.catch(() => undefined);
    await podman.attempt(['rm', '--force', '--time', '0', '--ignore', twin.name]);
    for (const id of service.secrets) await podman.attempt(['secret', 'rm', `${twin.name}-${id}`]);
    await podman.attempt([
      'volume',
      'rm',
      '--force',
      ...volumesOf(platform).map((it) => `${twin.name}-${it}`),
    ]);
    if (difference.network === 'open') await podman.attempt(['network', 'rm', '--force', open]);
  };
  await remove();
  return cleaningUp(async (cleaning) => {
    const run = (argv: readonly string[], options: RunOptions = {}) => {
      cleaning.throwIfAborted();
      making = podman.run(argv, options);
      return making;
    };
    for (const id of service.secrets)
      await run(['secret', 'create', `${twin.name}-${id}`, '-'], { input: twin.secret });
    if (difference.network === 'open') await run(['network', 'create', '--ipv6', open]);
    const network = difference.network === 'open' ? open : (difference.network ?? pod);
    await run(twinCommand(twin, pod, network, difference, podman.account));
    return work(twin);
  }, remove);
}

function twinCommand(
  { name, service, secret }: Twin,
  pod: string,
  network: string,
  { unit: changed = (text) => text, mounts = (declared) => declared, args = [] }: Difference,
  account: Account,
): string[] {
  const rendered = renderQuadlets(platform).get(`${platform.name}-${service.name}.container`) ?? '';
  const unit = withProfilesIn(profileFolderOf(account, pod), rendered);
  return [
    ...['run', '--detach', '--name', name, '--pull', 'never', '--network', network],
    ...runArguments([changed(unit)], account.home),
    // Volumes of its own: nothing of the pod's is put at risk.
    ...mounts(service.mounts).flatMap(({ volume, path, readOnly }) => [
      '--volume',
      `${name}-${volume}:${path}${readOnly ? ':ro' : ''}`,
    ]),
    ...service.secrets.flatMap((id) => [
      '--secret',
      `${name}-${id},type=mount,target=${secretPath(id)},uid=${service.uid},gid=${service.uid},mode=0400`,
    ]),
    ...(typeof args === 'function' ? args(secret) : args),
    imageReference(service.image),
    ...idle,
  ];
}
