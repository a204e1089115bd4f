import { basename, dirname } from 'node:path';
import { parseImageName } from '../image/image-name.ts';
import { lineageOf } from '../image/stages.ts';
import { spanOf } from '../source.ts';
import { baseOf, type Containerfile, type Stage } from './containerfile.ts';
import type { Project } from './project.ts';

const known = new WeakMap<Project, ReadonlyMap<string, readonly Containerfile[]>>();

/**
 * The Containerfiles that build a local image, by convention: `localhost/…/web` comes of the folder `web`, or of
 * `Containerfile.web`; of the folder `web` too where the image is called `shop-web`.
 */
export function buildsOf(image: string, project: Project): readonly Containerfile[] {
  const index = indexOf(project);
  for (
    let name = lastName(image);
    name !== '';
    name = name.includes('-') ? name.replace(/^[^-]*-/, '') : ''
  ) {
    const found = index.get(name);
    if (found) return found;
  }
  return [];
}

/** `localhost/shop/web:latest` is called `web`; anything that is not local is called nothing. */
export function lastName(image: string): string {
  const name = parseImageName(image, spanOf({ path: '', text: '' }, { start: 0, end: 0 }));
  if (name?.registry !== 'localhost') return '';
  return /([^/:@]+)(:[^/@]*)?(@.*)?$/.exec(image)?.[1] ?? '';
}

/** The names that Containerfiles go by; one at the root of what is checked has none. */
export function indexOf(project: Project): ReadonlyMap<string, readonly Containerfile[]> {
  const before = known.get(project);
  if (before) return before;
  const index = new Map<string, Containerfile[]>();
  for (const file of project.containerfiles) {
    const { path } = file.source;
    const [, suffix, prefix] =
      /^(?:Container|Docker)file\.(.+)$|^(.+)\.(?:container|docker)file$/i.exec(basename(path)) ?? [];
    const name = suffix ?? prefix ?? basename(dirname(path)).replace(/^\.$/, '');
    const files = index.get(name);
    if (files) files.push(file);
    else index.set(name, [file]);
  }
  known.set(project, index);
  return index;
}

export interface Layers {
  /** From the last stage down to where our own files end. */
  readonly stages: readonly Stage[];
  /** The image below them: `scratch`, `docker.io/library/debian:13`. */
  readonly base: string;
}

/** What a local image is made of, its local bases too; `undefined` where that cannot be known for certain. */
export function layersOf(image: string, project: Project): Layers | undefined {
  const stages: Stage[] = [];
  const seen = new Set<Containerfile>();
  for (let base = image; ; ) {
    if (!base.startsWith('localhost/')) return base === '' ? undefined : { stages, base };
    const [file, ...more] = buildsOf(base, project);
    if (file === undefined || more.length > 0 || seen.has(file)) return undefined;
    seen.add(file);
    const lineage = lineageOf(file.stages.at(-1), file);
    const root = lineage.at(-1);
    if (root === undefined) return undefined;
    stages.push(...lineage);
    base = baseOf(root, file);
  }
}
