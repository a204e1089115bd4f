import { existsSync } from 'node:fs';
import { asAccount } from './account.ts';
import { Failure } from './failure.ts';
import { platform } from './platform.ts';
import type { Podman } from './podman.ts';
import { pipe } from './run.ts';

/** Debian releases whose podman can be asked, and its version there: 13 has 5.4, the next one the newest. */
export type Release = 'trixie' | 'forky';

/** podman's own Quadlet generator, inside of the image. */
export const generatorPath = '/usr/libexec/podman/quadlet';

export function generatorImage(release: Release): string {
  return `${platform.registry}/quadlet-generator:${release}`;
}

/** Makes the image from Debian's packages where it is missing; the host's podman may be too old to judge units. */
export async function makeGenerator(podman: Podman, release: Release): Promise<string> {
  const image = generatorImage(release);
  if (await podman.exists('image', image)) return image;
  if (!existsSync('/usr/bin/mmdebstrap')) {
    throw new Failure(`mmdebstrap is not installed, so Debian ${release}'s podman cannot be had here`, {
      exit: 77,
    });
  }
  const command = [
    ...['mmdebstrap', '--quiet', '--mode=unshare', '--variant=essential', '--include=podman', '--format=tar'],
    // A mirror may lag behind by weeks; signatures are still checked.
    '--aptopt=Acquire::Min-ValidTime "15552000"',
    ...[release, '-'],
  ];
  const change = ['--change', 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin'];
  await pipe(asAccount(podman.account, command), podman.argv(['import', '--quiet', ...change, '-', image]));
  return image;
}
