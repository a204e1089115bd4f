import type { Version } from '../../lib/version.ts';
import type { Span } from '../source.ts';
import { lookup, partSpan, unquoted, untrimmed, wordsOf } from './lookup.ts';
import { hasSource, mountsOf } from './mounts.ts';
import { all, lastEntry, quadletSections, type Unit, valueSpan } from './unit.ts';

/** A place where a Quadlet file names another one. */
export interface Reference {
  readonly key: string;
  /** The other file's name. */
  readonly name: string;
  readonly at: Span;
}

const dependencies = [
  ...['After', 'Before', 'BindsTo', 'Conflicts', 'OnFailure', 'OnSuccess', 'PartOf', 'PropagatesReloadTo'],
  ...[
    'PropagatesStopTo',
    'ReloadPropagatedFrom',
    'Requires',
    'Requisite',
    'StopPropagatedFrom',
    'Upholds',
    'Wants',
  ],
];

/** What podman's generator takes for another Quadlet file's name in this one. */
export function* referencesOf(unit: Unit, podman: Version): Generator<Reference> {
  const { type, section } = unit;
  if (section === undefined) return;
  yield* imageOf(unit, section, podman);
  yield* podOf(unit, podman);
  if (/^(container|pod|kube|build)$/.test(type)) yield* networksOf(unit, section);
  if (/^(container|pod|build)$/.test(type)) yield* volumesOf(unit, section, podman);
  for (const mount of mountsOf(unit, podman)) {
    if (mount.problem !== undefined || !hasSource(mount.type, podman)) continue;
    const name = mount.source ?? '';
    if (isStorage(name, podman) || /^[^/.].*\.image$/s.test(name)) yield { key: 'Mount', name, at: mount.at };
  }
  if (!podman.isBefore(5, 5)) yield* dependenciesOf(unit, podman);
}

function* imageOf(unit: Unit, section: string, podman: Version): Generator<Reference> {
  const isVolume = unit.type === 'volume' && lookup(unit, 'Volume', 'Driver', podman) === 'image';
  const entry = unit.type === 'container' || isVolume ? lastEntry(unit, section, 'Image') : undefined;
  const name = unquoted(entry?.value ?? '', podman);
  if (entry && /\.(image|build)$/.test(name)) yield { key: 'Image', name, at: valueSpan(entry) };
}

function* podOf(unit: Unit, podman: Version): Generator<Reference> {
  const entry = unit.type === 'container' ? lastEntry(unit, 'Container', 'Pod') : undefined;
  const name = unquoted(entry?.value ?? '', podman);
  if (entry && name.endsWith('.pod')) yield { key: 'Pod', name, at: valueSpan(entry) };
}

function* networksOf(unit: Unit, section: string): Generator<Reference> {
  for (const entry of all(unit, section, 'Network')) {
    const [name = ''] = untrimmed(entry).split(':');
    if (/\.(network|container)$/.test(name))
      yield { key: 'Network', name, at: partSpan(entry, 0, name.length) };
  }
}

function* volumesOf(unit: Unit, section: string, podman: Version): Generator<Reference> {
  for (const entry of all(unit, section, 'Volume')) {
    const [name = '', target] = untrimmed(entry).split(':');
    if (target === undefined || !isStorage(name, podman)) continue;
    yield { key: 'Volume', name, at: partSpan(entry, 0, name.length) };
  }
}

function* dependenciesOf(unit: Unit, podman: Version): Generator<Reference> {
  for (const key of dependencies) {
    for (const { text, at } of wordsOf(unit, 'Unit', key, 'words')) {
      const type = text.slice(text.lastIndexOf('.') + 1);
      const isNew = type === 'artifact' && podman.isBefore(5, 7);
      if (text.includes('.') && Object.hasOwn(quadletSections, type) && !isNew) yield { key, name: text, at };
    }
  }
}

/** A path begins with a slash or a dot. */
function isStorage(source: string, podman: Version): boolean {
  if (/^[/.]/.test(source)) return false;
  return source.endsWith('.volume') || (source.endsWith('.artifact') && !podman.isBefore(5, 7));
}
