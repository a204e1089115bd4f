import { nearest } from '../../lib/nearest.ts';
import type { Version } from '../../lib/version.ts';
import facts from '../tables/quadlet-facts.json' with { type: 'json' };
import table from '../tables/quadlet-keys.json' with { type: 'json' };
import systemd from '../tables/systemd-keys.json' with { type: 'json' };

type Table<T> = Readonly<Record<string, T>>;

const since = new Map(
  Object.entries<Table<string[]>>(table).map(([section, versions]) => [
    section,
    new Map(
      Object.entries(versions).flatMap(([version, keys]) => keys.map((key) => [key, version] as const)),
    ),
  ]),
);
const systemdKeys = new Map(Object.entries<string[]>(systemd).map(([name, keys]) => [name, new Set(keys)]));
const nothing: ReadonlyMap<string, string> = new Map();

/** The keys of a Quadlet section, and the podman that brought each. */
export function quadletKeys(section: string): ReadonlyMap<string, string> {
  return since.get(section) ?? nothing;
}

/** The podman that brought a Quadlet section. */
export function sectionSince(section: string): string | undefined {
  return own(facts.sections as Table<string>, section);
}

/** The keys that systemd knows in a section; `undefined` for a section that it does not know. */
export function keysOfSystemd(section: string): ReadonlySet<string> | undefined {
  return systemdKeys.get(section);
}

/** Whether a podman is older than `5.3` or the like. */
export function isOlder(podman: Version, version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return podman.isBefore(major, minor);
}

export type ListForm = 'line' | 'args' | 'words' | 'pairs';

/** How podman reads the values of a key that may be given often; `undefined` for a key of one value. */
export function listForm(section: string, key: string, podman: Version): ListForm | undefined {
  const from = own(own(facts.listsSince as Table<Table<string>>, section), key);
  if (from !== undefined && isOlder(podman, from)) return undefined;
  return own(own(facts.listForms as Table<Table<string>>, section), key) as ListForm | undefined;
}

export function booleanKeys(section: string): readonly string[] {
  return own(facts.booleans as Table<string[]>, section) ?? [];
}

/** The candidate that a misspelt word means, and whether no other one could be meant. */
export function spelling(
  word: string,
  candidates: Iterable<string>,
): { text: string; sure: boolean } | undefined {
  const all = [...candidates];
  const same = all.filter((each) => each.toLowerCase() === word.toLowerCase());
  if (same[0] !== undefined) return { text: same[0], sure: same.length === 1 };
  // No key is nearly so long; the distance of long words takes time.
  const text = word.length > 60 ? undefined : nearest(word, all);
  if (text === undefined) return undefined;
  const others = all.filter((each) => each !== text);
  return { text, sure: nearest(word, others) === undefined };
}

/** What stands in a table itself: a key may be called `constructor`. */
function own<T>(table: Table<T> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
