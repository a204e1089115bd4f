import { last, type Unit } from '../project/unit.ts';
import { option } from '../quadlet/options.ts';
import type { Span } from '../source.ts';

export interface ImageName {
  readonly text: string;
  readonly at: Span;
  /** `quay.io`, `localhost`, `host:5000`; `undefined` for a short name. */
  readonly registry: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * The image that a unit names, if it is one in a registry or a short name: no file, no image ID, no .image or
 * .build unit, nothing that systemd completes.
 */
export function imageOf(unit: Unit): ImageName | undefined {
  if (!['container', 'image', 'volume'].includes(unit.type)) return undefined;
  if (unit.type === 'volume' && last(unit, 'Volume', 'Driver')?.value !== 'image') return undefined;
  const image = option(unit, 'Image');
  return image === undefined ? undefined : parseImageName(image.value, image.at);
}

export function parseImageName(text: string, at: Span): ImageName | undefined {
  const name = text.replace(/^docker:\/\//, '');
  if (name === '' || /%|\.(image|build)$/.test(name) || isId(name) || hasTransport(name)) return undefined;
  const [path = '', digest] = name.split('@');
  const [, repository = '', tag] = /^(.*?)(?::([^/:]*))?$/.exec(path) ?? [];
  const [head = '', ...rest] = repository.split('/');
  // As containers/image tells a registry from a folder: it has a dot or a port, or is localhost.
  const registry = rest.length > 0 && /[.:]|^localhost$/.test(head) ? head : undefined;
  return { text, at, registry, tag, digest };
}

/** An image that is built here: no registry can be asked for it. */
export function isLocal({ registry }: ImageName): boolean {
  return registry === 'localhost';
}

function isId(name: string): boolean {
  return name.startsWith('sha256:') || /^[0-9a-f]{64}$/i.test(name);
}

function hasTransport(name: string): boolean {
  return /^(containers-storage|dir|docker-archive|docker-daemon|oci|oci-archive|ostree|sif):/.test(name);
}
