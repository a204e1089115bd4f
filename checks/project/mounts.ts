import type { Version } from '../../lib/version.ts';
import { type UnitWord, wordsOf } from './lookup.ts';
import type { Unit } from './unit.ts';

/** A value of Mount= as podman's generator takes it apart (pkg/specgenutilexternal/mount.go). */
export interface Mount extends UnitWord {
  readonly type: string;
  /** What is not the type: `source=…`, `ro`, … */
  readonly options: readonly string[];
  /** `undefined` where none is given. */
  readonly source: string | undefined;
  /** What the generator refuses it for. */
  readonly problem: string | undefined;
}

export function mountsOf(unit: Unit, podman: Version): Mount[] {
  if (unit.type !== 'container') return [];
  return wordsOf(unit, 'Container', 'Mount', 'args').map((word) => readMount(word, podman));
}

function readMount(word: UnitWord, podman: Version): Mount {
  const fields = csvFields(word.text);
  if (fields === undefined) {
    return { ...word, type: '', options: [], source: undefined, problem: 'its quotes are not those of CSV' };
  }
  const typeAt = fields.findIndex((field) => /^type=[^=]*$/s.test(field));
  const type = fields[typeAt]?.slice('type='.length) ?? 'volume';
  const options = fields.filter((_, index) => index !== typeAt);
  const sources = options.filter((field) => /^(source|src)(=|$)/.test(field));
  const source = sources.at(-1)?.replace(/^\w+=?/, '');
  const problem =
    typeAt < 0 && podman.isBefore(5, 6)
      ? 'it names no type='
      : sourceProblem(type, sources, source ?? '', podman);
  return { ...word, type, options, source, problem };
}

/** The mount types whose source the generator looks at. */
export function hasSource(type: string, podman: Version): boolean {
  return /^(volume|bind|glob|image)$/.test(type) || (type === 'artifact' && !podman.isBefore(5, 7));
}

function sourceProblem(
  type: string,
  sources: readonly string[],
  source: string,
  podman: Version,
): string | undefined {
  if (!hasSource(type, podman)) return undefined;
  if (sources.some((each) => !each.includes('='))) return 'its source has no value';
  const optional = type === 'volume' && !podman.isBefore(6, 0);
  return source === '' && !optional ? `a mount of type ${type} needs a source` : undefined;
}

/** The fields of the only record of a CSV text, as Go's encoding/csv reads it; `undefined` for any other text. */
export function csvFields(text: string): string[] | undefined {
  const line = text.replace(/\r?\n$/, '');
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    let field = '';
    if (line[at] === '"') {
      for (at++; line[at] !== '"' || line[at + 1] === '"'; at++) {
        if (at >= line.length) return undefined;
        if (line[at] === '"') at++;
        field += line[at];
      }
      at++;
    } else {
      const comma = line.indexOf(',', at);
      field = line.slice(at, comma < 0 ? undefined : comma);
      if (/["\n]/.test(field)) return undefined;
      at += field.length;
    }
    fields.push(field);
    if (at >= line.length) return fields;
    if (line[at] !== ',') return undefined;
  }
}
