/** Offsets into the text, from `start` up to but not with `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface UnitEntry {
  readonly section: string;
  readonly key: string;
  /** Trimmed; continuation lines are joined by one space, as systemd and podman do. */
  readonly value: string;
  readonly keyRange: Range;
  readonly valueRange: Range;
  /** A comment stands between its continuation lines: systemd skips it, older podman takes it into the value. */
  readonly commentInside: boolean;
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
}

interface Line {
  start: number;
  end: number;
  text: string;
}

/**
 * Reads systemd's unit syntax (systemd.syntax(7)) with the position of everything: sections, repeated keys,
 * `#` and `;` comments, and backslash continuations. What it cannot read is a problem, never an exception.
 */
export function parseUnit(text: string): UnitSyntax {
  const heads: SectionHead[] = [];
  const entries: UnitEntry[] = [];
  const comments: UnitComment[] = [];
  const problems: UnitProblem[] = [];
  const lines = [...linesOf(text)];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as Line;
    const content = line.text.trim();
    if (content === '') continue;
    if (isComment(content)) {
      comments.push({ text: content.slice(1).trim(), range: rangeOf(line) });
      continue;
    }
    const parts = [line];
    let commentInside = false;
    while (parts.at(-1)?.text.endsWith('\\') && index + 1 < lines.length) {
      const next = lines[++index] as Line;
      if (isComment(next.text.trim())) commentInside = true;
      else parts.push(next);
    }
    const range = { start: rangeOf(line).start, end: rangeOf(parts.at(-1) ?? line).end };
    const section = heads.at(-1)?.name;
    if (content.startsWith('[')) {
      const name = /^\[([^\]]+)\]$/.exec(content)?.[1];
      if (name !== undefined) heads.push({ name, range });
      else problems.push({ range, message: `'${clip(content)}' is not a section: expected '[Section]'` });
    } else if (!/^[^=\s][^=]*=/.test(content)) {
      problems.push({ range, message: `expected 'Key=value' or '[Section]', got '${clip(content)}'` });
    } else if (section === undefined) {
      problems.push({ range, message: `'${clip(content)}' stands before any [Section]` });
    } else {
      entries.push({ ...assignment(line, parts, range), section, commentInside });
    }
  }
  return { heads, entries, comments, problems };
}

/** All values of a key in order; an empty assignment resets those before it. */
export function unitValues(unit: Pick<UnitSyntax, 'entries'>, section: string, key: string): string[] {
  return effectiveEntries(unit.entries, section, key).map(({ value }) => value);
}

/** The entries behind {@link unitValues}. */
export function effectiveEntries<E extends Pick<UnitEntry, 'section' | 'key' | 'value'>>(
  entries: readonly E[],
  section: string,
  key: string,
): E[] {
  const matching = entries.filter((entry) => entry.section === section && entry.key === key);
  const reset = matching.findLastIndex((entry) => entry.value === '');
  return matching.slice(reset + 1);
}

function assignment(line: Line, parts: readonly Line[], range: Range) {
  const equals = line.text.indexOf('=');
  const key = line.text.slice(0, equals).trim();
  const joined = parts
    .map(({ text }, index) => (index < parts.length - 1 ? text.slice(0, -1) : text.replace(/\\$/, '')))
    .join(' ')
    .slice(equals + 1);
  const padding = joined.length - joined.trimStart().length;
  const start = Math.min(line.start + equals + 1 + padding, range.end);
  return {
    key,
    value: joined.trim(),
    keyRange: { start: range.start, end: range.start + key.length },
    valueRange: { start, end: range.end },
  };
}

function* linesOf(text: string): Generator<Line> {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const cut = text[end - 1] === '\r' && end > start ? end - 1 : end;
    yield { start, end: cut, text: text.slice(start, cut) };
    start = end + 1;
  }
}

function rangeOf({ start, text }: Line): Range {
  const from = start + (text.length - text.trimStart().length);
  return { start: from, end: Math.max(from, start + text.trimEnd().length) };
}

function isComment(content: string): boolean {
  return content.startsWith('#') || content.startsWith(';');
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
