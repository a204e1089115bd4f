/** Offsets into the text, from `start` up to but not with `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface UnitEntry {
  readonly section: string;
  readonly key: string;
  /** Trimmed; of continued lines what podman makes: each trimmed, the backslash dropped, nothing put between. */
  readonly value: string;
  readonly keyRange: Range;
  readonly valueRange: Range;
  /** A comment stands between its lines: since 5.4 podman skips it as systemd does, before it took it into the value. */
  readonly commentInside: boolean;
  /** A blank line stands between its lines; it ends nothing, so the line after it is part of the value. */
  readonly blankInside: boolean;
  /** The file ends in its backslash: the blanks before that, which podman keeps in values that it does not trim. */
  readonly hanging: string | undefined;
}

export interface SectionHead {
  readonly name: string;
  readonly range: Range;
}

export interface UnitComment {
  /** Without its sign. */
  readonly text: string;
  readonly range: Range;
}

export interface UnitProblem {
  readonly message: string;
  readonly range: Range;
}

export interface UnitSyntax {
  readonly heads: readonly SectionHead[];
  readonly entries: readonly UnitEntry[];
  readonly comments: readonly UnitComment[];
  readonly problems: readonly UnitProblem[];
  /** Lines ending in a backslash that only comments and blank lines follow: podman forgets them. */
  readonly lost: readonly Range[];
}

/** A line, trimmed, its continuing backslash dropped. */
interface Line {
  start: number;
  text: string;
}

/**
 * Reads a unit with the position of everything, as podman's parser does (pkg/systemd/parser/unitfile.go); it differs
 * from systemd.syntax(7) in little. What podman refuses is a problem, never an exception.
 */
export function parseUnit(text: string): UnitSyntax {
  const syntax = { heads: [], entries: [], comments: [], problems: [], lost: [] } as Collected;
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  if (mark)
    syntax.problems.push({
      range: { start: 0, end: 1 },
      message: 'a byte order mark stands before the text',
    });
  const lines = linesOf(text, mark);
  let parts: Line[] = [];
  let inside = { comment: false, blank: false };
  lines.forEach((line, index) => {
    const isLast = index === lines.length - 1;
    if (line.text === '' || isComment(line.text)) {
      if (parts.length > 0) inside[line.text === '' ? 'blank' : 'comment'] = true;
      else if (line.text !== '') {
        syntax.comments.push({ text: line.text.slice(1).trim(), range: rangeOf([line]) });
      }
      return;
    }
    const continues = line.text.endsWith('\\');
    const part = continues ? { start: line.start, text: line.text.slice(0, -1) } : line;
    if (part.text !== '' || parts.length > 0) parts.push(part);
    if (continues && !isLast) return;
    if (parts.length > 0) readStatement(parts, inside, continues, syntax);
    parts = [];
    inside = { comment: false, blank: false };
  });
  if (parts.length > 0) syntax.lost.push(rangeOf(parts));
  return syntax;
}

interface Collected {
  heads: SectionHead[];
  entries: UnitEntry[];
  comments: UnitComment[];
  problems: UnitProblem[];
  lost: Range[];
}

function readStatement(
  parts: readonly Line[],
  inside: { comment: boolean; blank: boolean },
  hangs: boolean,
  { heads, entries, problems }: Collected,
): void {
  const content = parts.map(({ text }) => text).join('');
  const range = rangeOf(parts);
  const name = headName(content);
  const equals = content.indexOf('=');
  const section = heads.at(-1)?.name;
  if (name !== undefined) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: podman refuses just these
    if (/^[^[\x00-\x1F\x7F-\x9F]+$/.test(name)) heads.push({ name, range });
    else problems.push({ range, message: `'${clip(content)}' is not a section: expected '[Section]'` });
  } else if (equals <= 0) {
    problems.push({ range, message: `expected 'Key=value' or '[Section]', got '${clip(content)}'` });
  } else if (section === undefined) {
    problems.push({ range, message: `'${clip(content)}' stands before any [Section]` });
  } else {
    const key = trimEnd(content.slice(0, equals), blanks);
    const rest = content.slice(equals + 1);
    const padding = rest.length - trimStart(rest, blanks).length;
    const value = trimEnd(rest.slice(padding), spaces);
    entries.push({
      section,
      key,
      value,
      keyRange: { start: range.start, end: Math.min(placeOf(parts, key.length), range.end) },
      valueRange: { start: Math.min(placeOf(parts, equals + 1 + padding), range.end), end: range.end },
      commentInside: inside.comment,
      blankInside: inside.blank,
      hanging: hangs ? rest.slice(padding + value.length) : undefined,
    });
  }
}

/** The name in `[Name]`; `undefined` for what podman does not even take for a section. */
function headName(content: string): string | undefined {
  const end = content.indexOf(']');
  if (!content.startsWith('[') || end < 0) return undefined;
  return trimStart(content.slice(end + 1), ' \t') === '' ? content.slice(1, end) : undefined;
}

/** All values of a key in order; an empty assignment resets those before it. */
export function unitValues({ entries }: Pick<UnitSyntax, 'entries'>, section: string, key: string): string[] {
  const values = entries
    .filter((entry) => entry.section === section && entry.key === key)
    .map(({ value }) => value);
  return values.slice(values.lastIndexOf('') + 1);
}

/** Where the character `index` of the joined lines stands in the file. */
function placeOf(parts: readonly Line[], index: number): number {
  let left = index;
  for (const { start, text } of parts) {
    if (left <= text.length) return start + left;
    left -= text.length;
  }
  return rangeOf(parts).end;
}

function linesOf(text: string, from: number): Line[] {
  const lines: Line[] = [];
  const last = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let start = from; start <= last; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const open = trimStart(text.slice(start, end), spaces);
    lines.push({ start: end - open.length, text: trimEnd(open, spaces) });
    start = end + 1;
  }
  return lines;
}

/** What Go takes for white space: not the byte order mark, but U+0085. */
const spaces =
  ' \t\n\v\f\r\x85\xA0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000';
const blanks = ' \t\n\v\f\r';

function trimStart(text: string, among: string): string {
  let start = 0;
  while (start < text.length && among.includes(text.charAt(start))) start++;
  return text.slice(start);
}

function trimEnd(text: string, among: string): string {
  let end = text.length;
  while (end > 0 && among.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function rangeOf(parts: readonly Line[]): Range {
  const last = parts.at(-1);
  const end = (last?.start ?? 0) + trimEnd(last?.text ?? '', spaces).length;
  return { start: parts[0]?.start ?? 0, end };
}

function isComment(content: string): boolean {
  return content.startsWith('#') || content.startsWith(';');
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
