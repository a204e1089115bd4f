import { basename, dirname } from 'node:path';
import { parseUnit, type SectionHead, type UnitEntry } from '../../lib/unit-syntax.ts';
import { type Source, type Span, spanOf } from '../source.ts';
import type { Problem } from './problem.ts';

/** Quadlet's file types, and the section that each is about. */
export const quadletSections = {
  container: 'Container',
  pod: 'Pod',
  network: 'Network',
  volume: 'Volume',
  kube: 'Kube',
  image: 'Image',
  build: 'Build',
  artifact: 'Artifact',
} as const;

export type QuadletType = keyof typeof quadletSections;

export const systemdTypes = ['service', 'socket', 'timer', 'target', 'path', 'mount', 'slice'] as const;

export type UnitType = QuadletType | (typeof systemdTypes)[number];

export interface Entry extends UnitEntry {
  readonly source: Source;
}

export interface Head extends SectionHead {
  readonly source: Source;
}

/** A unit with its drop-ins merged, as the Quadlet generator or systemd sees it. */
export interface Unit {
  /** The file's name: `web.container`, `web@.container`. */
  readonly name: string;
  /** Without its type: `web`, `web@`. */
  readonly stem: string;
  readonly type: UnitType;
  /** Quadlet's section of that type; `undefined` for units of systemd itself. */
  readonly section: string | undefined;
  readonly source: Source;
  readonly dropIns: readonly Source[];
  readonly heads: readonly Head[];
  /** Those of the file first, then those of each drop-in. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
  /** Assignments that podman forgets: their backslash is followed by nothing but comments. */
  readonly lost: readonly Span[];
}

const unitTypes = new Set<string>([...Object.keys(quadletSections), ...systemdTypes]);

/** The unit type that a file's name says, if any. */
export function unitTypeOf(path: string): UnitType | undefined {
  const type = basename(path).split('.').at(-1) ?? '';
  return basename(path).includes('.') && unitTypes.has(type) ? (type as UnitType) : undefined;
}

/** Whether a path is a drop-in: a `.conf` in a folder `NAME.container.d`, or `container.d` for all of a type. */
export function isDropIn(path: string): boolean {
  const folder = basename(dirname(path));
  return (
    path.endsWith('.conf') && folder.endsWith('.d') && unitTypeOf(`x.${folder.slice(0, -2)}`) !== undefined
  );
}

/** Reads a unit; `dropIns` in the order in which they apply. */
export function readUnit(source: Source, dropIns: readonly Source[] = []): Unit {
  const name = basename(source.path);
  const type = unitTypeOf(name) ?? 'service';
  const files = [source, ...dropIns].map((file) => ({ file, syntax: parseUnit(file.text) }));
  // podman leaves a drop-in out as a whole where it cannot read it.
  const merged = files.filter(({ file, syntax }) => file === source || syntax.problems.length === 0);
  return {
    name,
    stem: name.slice(0, -(type.length + 1)),
    type,
    section: type in quadletSections ? quadletSections[type as QuadletType] : undefined,
    source,
    dropIns,
    heads: merged.flatMap(({ file, syntax }) => syntax.heads.map((head) => ({ ...head, source: file }))),
    entries: merged.flatMap(({ file, syntax }) =>
      syntax.entries.map((entry) => ({ ...entry, source: file })),
    ),
    problems: files.flatMap(({ file, syntax }) =>
      syntax.problems.map(
        ({ range, message }) => ({ rule: 'unit-syntax', at: spanOf(file, range), message }) as const,
      ),
    ),
    lost: merged.flatMap(({ file, syntax }) => syntax.lost.map((range) => spanOf(file, range))),
  };
}

/**
 * The folders whose drop-ins apply to a unit, the least specific first: `container.d`, then `web-.container.d` for
 * `web-one.container`, then its own; for the instance `web@1.container` also those of `web@.container`.
 */
export function dropInFolders(name: string): string[] {
  const type = name.split('.').at(-1) ?? '';
  const stem = name.slice(0, -(type.length + 1));
  const folders = [`${type}.d`];
  for (
    let dash = stem.indexOf('-');
    dash >= 0 && dash < stem.length - 1;
    dash = stem.indexOf('-', dash + 1)
  ) {
    folders.push(`${stem.slice(0, dash + 1)}.${type}.d`);
  }
  const instance = /^(.*@)./.exec(stem);
  if (instance) folders.push(`${instance[1]}.${type}.d`);
  folders.push(`${name}.d`);
  return folders;
}

interface Assigned {
  /** As they stand there. */
  readonly given: Entry[];
  /** Those that count: an empty assignment resets those before it. */
  readonly counting: Entry[];
}

const indexes = new WeakMap<Unit, Map<string, Map<string, Assigned>>>();
const none: readonly Entry[] = [];

/** Entries by section and key: every rule asks for some. */
function indexOf(unit: Unit): Map<string, Map<string, Assigned>> {
  const known = indexes.get(unit);
  if (known !== undefined) return known;
  const index = new Map<string, Map<string, Assigned>>();
  for (const entry of unit.entries) {
    const section = index.get(entry.section) ?? new Map<string, Assigned>();
    const assigned = section.get(entry.key) ?? { given: [], counting: [] };
    index.set(entry.section, section.set(entry.key, assigned));
    assigned.given.push(entry);
    if (entry.value === '') assigned.counting.length = 0;
    else assigned.counting.push(entry);
  }
  indexes.set(unit, index);
  return index;
}

/** Entries of a key that count, in order: an empty assignment resets those before it. */
export function all(unit: Unit, section: string, key: string): readonly Entry[] {
  return indexOf(unit).get(section)?.get(key)?.counting ?? none;
}

/** The last entry of a key, an empty one too: the one that podman looks at for a key of one value. */
export function lastEntry(unit: Unit, section: string, key: string): Entry | undefined {
  return indexOf(unit).get(section)?.get(key)?.given.at(-1);
}

/** The entry that counts for a key of one value: the last. */
export function last(unit: Unit, section: string, key: string): Entry | undefined {
  return all(unit, section, key).at(-1);
}

/** A boolean as podman and systemd read it; `undefined` for what they do not know, which podman takes for false. */
export function booleanOf(value: string): boolean | undefined {
  if (/^(1|yes|true|on)$/i.test(value)) return true;
  if (/^(0|no|false|off)$/i.test(value)) return false;
  return undefined;
}

export function isOn(unit: Unit, section: string, key: string): boolean {
  return booleanOf(last(unit, section, key)?.value ?? '') === true;
}

/** Where to report that something is missing: the head of the section, or the start of the file. */
export function headSpan(unit: Unit, section: string | undefined = unit.section): Span {
  const head = unit.heads.find(({ name }) => name === section);
  return head ? spanOf(head.source, head.range) : spanOf(unit.source, { start: 0, end: 0 });
}

/** Whether systemd puts something in when the unit starts, a specifier or a variable: what, cannot be judged. */
export function isFilledIn(value: string): boolean {
  return /[%$]/.test(value);
}

export function keySpan(entry: Entry): Span {
  return spanOf(entry.source, entry.keyRange);
}

export function valueSpan(entry: Entry): Span {
  return spanOf(entry.source, entry.valueRange);
}
