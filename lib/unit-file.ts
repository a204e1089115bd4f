export interface Section {
  name: string;
  entries: ReadonlyArray<readonly [key: string, value: string]>;
}

export interface UnitEntry {
  section: string;
  key: string;
  /** Continuation lines are joined by one space, as systemd does. */
  value: string;
  /** 1-based line of the key. */
  line: number;
}

export interface UnitProblem {
  line: number;
  message: string;
}

export interface UnitFile {
  entries: readonly UnitEntry[];
  problems: readonly UnitProblem[];
}

/** A unit file as text: comment header, then each section with its entries in the order given. */
export function renderUnit(header: readonly string[], sections: readonly Section[]): string {
  const blocks = sections.map(({ name, entries }) =>
    [`[${name}]`, ...entries.map(([key, value]) => `${key}=${value}`)].join('\n'),
  );
  return `${[header.map((line) => `# ${line}`).join('\n'), ...blocks].join('\n\n')}\n`;
}

/**
 * Reads systemd's unit syntax (systemd.syntax(7)): sections, repeated keys, `#` and `;` comments, and
 * backslash continuations, within which comment lines are skipped. Line numbers are kept.
 */
export function parseUnit(text: string): UnitFile {
  const entries: UnitEntry[] = [];
  const problems: UnitProblem[] = [];
  let section: string | undefined;
  for (const { line, content } of logicalLines(text)) {
    const head = /^\[(.*)\]$/.exec(content);
    const equals = content.indexOf('=');
    if (head) section = head[1] ?? '';
    else if (equals < 1)
      problems.push({ line, message: `expected 'Key=value' or '[Section]', got '${content}'` });
    else if (section === undefined)
      problems.push({ line, message: `'${content}' stands before any [Section]` });
    else {
      const key = content.slice(0, equals).trimEnd();
      entries.push({ section, key, value: content.slice(equals + 1).trim(), line });
    }
  }
  return { entries, problems };
}

/** All values of a key in order; an empty assignment resets those before it. */
export function unitValues(unit: UnitFile, section: string, key: string): string[] {
  const matching = unit.entries.filter((entry) => entry.section === section && entry.key === key);
  const reset = matching.findLastIndex((entry) => entry.value === '');
  return matching.slice(reset + 1).map((entry) => entry.value);
}

function* logicalLines(text: string): Generator<{ line: number; content: string }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let start = 0;
  let parts: string[] = [];
  for (const [index, raw] of lines.entries()) {
    const content = raw.trim();
    const comment = content.startsWith('#') || content.startsWith(';');
    if (comment || (content === '' && parts.length === 0)) continue;
    if (parts.length === 0) start = index + 1;
    const continued = content.endsWith('\\');
    parts.push(continued ? content.slice(0, -1).trim() : content);
    if (continued) continue;
    yield { line: start, content: parts.join(' ') };
    parts = [];
  }
  if (parts.length > 0) yield { line: start, content: parts.join(' ') };
}
