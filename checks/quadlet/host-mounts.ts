import { posix } from 'node:path';
import { csvFields } from '../project/mounts.ts';
import type { Unit } from '../project/unit.ts';
import type { Span } from '../source.ts';
import { options } from './options.ts';

/** A folder or file of the host that is mounted into a container or pod. */
export interface HostMount {
  /** Normalised; systemd's specifiers stand as they are: `%h/models`. */
  readonly path: string;
  readonly at: Span;
}

/** What of the host Volume= and Mount= (and their flags in PodmanArgs=) hand in; named volumes are left out. */
export function hostMounts(unit: Unit): HostMount[] {
  const volumes = options(unit, 'Volume', 'volume').flatMap(({ value, at }) => {
    const cut = value.indexOf(':');
    return cut > 0 ? [{ source: value.slice(0, cut), at }] : [];
  });
  const mounts = options(unit, 'Mount', 'mount').flatMap(({ value, at }) => {
    const fields = (csvFields(value) ?? []).map((field) => field.split('=') as [string, ...string[]]);
    const of = (...names: string[]) =>
      fields
        .findLast(([name]) => names.includes(name))
        ?.slice(1)
        .join('=');
    const source = of('source', 'src');
    return source !== undefined && /^(bind|glob)$/.test(of('type') ?? '') ? [{ source, at }] : [];
  });
  return [...volumes, ...mounts]
    .filter(({ source }) => /^[/%]/.test(source))
    .map(({ source, at }) => ({ path: posix.normalize(source).replace(/(?<=.)\/$/, ''), at }));
}
