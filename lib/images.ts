import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { type ImageName, imageNames, imageReference, platform } from './platform.ts';

/** Label of an image that says what it was built from. */
export const fingerprintLabel = 'io.ai-semble.fingerprint';

/** What all images build on: the registry's, or the same made of Debian's packages where no registry answers. */
export const debianImages = {
  upstream: 'docker.io/library/debian:forky-slim',
  bootstrapped: `${platform.registry}/debian:forky`,
} as const;

export interface ImageBuild {
  image: ImageName;
  reference: string;
  /** Stage of the Containerfile; the last one where absent. */
  target?: 'test';
  folder: string;
  /** Changes when anything that goes into the image does. */
  fingerprint: string;
}

/** Every image in the order that they build on each other; `tests` adds the `:test` image of each. */
export function imageBuilds(debianId: string, tests: boolean): ImageBuild[] {
  const base = fingerprint(join(root, 'containers', 'base'), debianId);
  return imageNames.flatMap((image) => {
    const folder = join(root, 'containers', image);
    const print = image === 'base' ? base : fingerprint(folder, base);
    const build: ImageBuild = { image, reference: imageReference(image), folder, fingerprint: print };
    return tests ? [build, { ...build, reference: imageReference(image, 'test'), target: 'test' }] : [build];
  });
}

/** SHA-256 over the names and contents of a build context, and what it builds on. */
export function fingerprint(folder: string, on: string): string {
  const hash = createHash('sha256').update(on);
  for (const file of contextFiles(folder))
    hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function contextFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.split('/').includes('node_modules'))
    .sort();
}
