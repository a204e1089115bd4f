import { importDebian, requireMmdebstrap } from './debian.ts';
import { platform } from './platform.ts';
import type { Podman } from './podman.ts';

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
  requireMmdebstrap(`mmdebstrap is not installed, so Debian ${release}'s podman cannot be had here`, {
    exit: 77,
  });
  const debian = { suite: release, variant: 'essential', include: ['podman'] } as const;
  await importDebian(podman, debian, image, ['ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  return image;
}
