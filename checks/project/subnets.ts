import { options } from '../quadlet/options.ts';
import type { Span } from '../source.ts';
import { resourceNameOf } from './pod-names.ts';
import type { Project } from './project.ts';
import type { Unit } from './unit.ts';

/** Addresses of IPv4 as numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Subnet extends Range {
  readonly text: string;
  readonly at: Span;
  readonly unit: Unit;
  /** Podman's name of the network. */
  readonly network: string | undefined;
}

/** The subnets of IPv4 that .network units ask for. */
export function subnetsOf(project: Project): Subnet[] {
  return project.units
    .filter(({ type }) => type === 'network')
    .flatMap((unit) =>
      options(unit, 'Subnet', 'subnet').flatMap(({ value, at }) => {
        const range = parseSubnet(value);
        return range ? [{ ...range, text: value, at, unit, network: resourceNameOf(unit) }] : [];
      }),
    );
}

/** `10.0.0.0/24`; `undefined` for anything else. */
export function parseSubnet(text: string): Range | undefined {
  const [, a, b, c, d, bits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text) ?? [];
  const bytes = [a, b, c, d].map(Number);
  const size = 2 ** (32 - Number(bits));
  if (bits === undefined || Number(bits) > 32 || bytes.some((byte) => byte > 255)) return undefined;
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

/** Whether they share an address. */
export function overlaps(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}
