import type { Version } from '../../lib/version.ts';
import { podmanWords } from '../parse/podman-words.ts';
import { type Span, spanOf } from '../source.ts';
import { all, type Entry, lastEntry, type Unit, valueSpan } from './unit.ts';

/** A key of one value as podman reads it, without quotes around it; `undefined` where the key is not given. */
export function lookup(unit: Unit, section: string, key: string, podman: Version): string | undefined {
  const entry = lastEntry(unit, section, key);
  return entry === undefined ? undefined : unquoted(entry.value, podman);
}

/** Without the quotes around it; before 5.8.2 podman took away all of them, at each end for itself. */
export function unquoted(value: string, podman: Version): string {
  if (!podman.isBefore(5, 8)) return /^".*"$/s.test(value) ? value.slice(1, -1) : value;
  let [start, end] = [0, value.length];
  while (start < end && value[start] === '"') start++;
  while (end > start && value[end - 1] === '"') end--;
  return value.slice(start, end);
}

/** A value where podman does not trim it. */
export function untrimmed({ value, hanging = '' }: Entry): string {
  return value + hanging;
}

export interface UnitWord {
  readonly text: string;
  readonly at: Span;
  readonly entry: Entry;
}

/** The words of every value of a key, each in its place. */
export function wordsOf(unit: Unit, section: string, key: string, form: 'words' | 'args'): UnitWord[] {
  return all(unit, section, key).flatMap((entry) =>
    podmanWords(entry.value, form).words.map(({ text, start, end }) => ({
      text,
      entry,
      at: partSpan(entry, start, end),
    })),
  );
}

/** The place of a part of a value; of a value that goes on over several lines, the whole of it. */
export function partSpan(entry: Entry, start: number, end: number): Span {
  if (!isWhole(entry)) return valueSpan(entry);
  const from = entry.valueRange.start;
  return spanOf(entry.source, { start: from + start, end: from + end });
}

// Comparing a long value once for each of its words would take for ever.
const whole = new WeakMap<Entry, boolean>();

/** Whether a value stands in the file as it is read. */
function isWhole(entry: Entry): boolean {
  const known = whole.get(entry) ?? entry.source.text.startsWith(entry.value, entry.valueRange.start);
  whole.set(entry, known);
  return known;
}
