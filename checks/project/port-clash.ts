import type { PublishedPort } from '../published-port.ts';
import type { Publisher } from './publishers.ts';

export interface Opening {
  readonly port: Publisher['ports'][number];
  readonly publisher: Publisher;
}

/** Of openings that share something: the first, and the first of another key. */
interface Firsts {
  first: Opening;
  other: Opening | undefined;
}

/** More ports than that in one range are judged by the first ones alone. */
const mostPorts = 100;

/** Pairs of openings of the same host port that cannot both be had: each with the first that it clashes with. */
export function* portClashes(publishers: readonly Publisher[]): Generator<[Opening, Opening]> {
  const taken = new Map<string, Firsts>();
  for (const publisher of publishers) {
    const ofPublisher = new Map<string, Opening>();
    for (const port of publisher.ports) {
      const opening = { port, publisher };
      const clash = hostPorts(port)
        .map((number) => clashOf(opening, number, taken, ofPublisher))
        .find((each) => each !== undefined);
      if (clash) yield [opening, clash];
    }
  }
}

function clashOf(
  opening: Opening,
  number: number,
  taken: Map<string, Firsts>,
  own: Map<string, Opening>,
): Opening | undefined {
  const { port, publisher } = opening;
  const base = `${port.protocol} ${number}`;
  const offset = number - (port.host?.[0] ?? 0);
  // Podman takes the same mapping twice; one host port for two container ports it refuses.
  const twice = own.get(`${base} ${port.address}`);
  const target = ({ port: { container, host } }: Opening, at: number) => container[0] + at - (host?.[0] ?? 0);
  const self = twice && target(twice, number) !== port.container[0] + offset ? twice : undefined;
  if (twice === undefined) own.set(`${base} ${port.address}`, opening);
  const clash = placesAsked(port.address)
    .map((place) => ofAnotherKey(taken.get(`${base} ${place}`), publisher.key))
    .find((each) => each !== undefined);
  for (const place of placesTaken(port.address)) {
    const firsts = taken.get(`${base} ${place}`);
    if (firsts === undefined) taken.set(`${base} ${place}`, { first: opening, other: undefined });
    else if (firsts.first.publisher.key !== publisher.key) firsts.other ??= opening;
  }
  return self ?? clash;
}

function ofAnotherKey(firsts: Firsts | undefined, key: string): Opening | undefined {
  return firsts?.first.publisher.key === key ? firsts.other : firsts?.first;
}

const isSix = (address: string) => address.includes(':');

/** Where an address is noted: a family and itself; the wildcards stand for all of their family. */
function placesTaken(address: string): string[] {
  if (address === '') return ['all', 'all 4', 'all 6', 'any 4', 'any 6'];
  const family = isSix(address) ? '6' : '4';
  const wildcard = address === '0.0.0.0' || address === '::';
  return ['all', `all ${family}`, wildcard ? `any ${family}` : address];
}

/** Where to look for what an address clashes with. */
function placesAsked(address: string): string[] {
  if (address === '') return ['all'];
  const family = isSix(address) ? '6' : '4';
  return address === '0.0.0.0' || address === '::' ? [`all ${family}`] : [`any ${family}`, address];
}

function hostPorts({ host }: PublishedPort): number[] {
  if (host === undefined) return [];
  const length = Math.min(host[1] - host[0] + 1, mostPorts);
  return Array.from({ length }, (_, index) => host[0] + index);
}
