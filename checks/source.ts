import type { Range } from '../lib/unit-syntax.ts';

/** One file as text, with the path that findings name. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A place in a file. */
export interface Span extends Range {
  readonly source: Source;
}

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

const lineStarts = new WeakMap<Source, number[]>();

export function spanOf(source: Source, range: Range): Span {
  return { source, start: range.start, end: range.end };
}

export function positionOf(source: Source, offset: number): Position {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of a line, without its end. */
export function lineText(source: Source, line: number): string {
  const starts = startsOf(source);
  return source.text.slice(starts[line - 1] ?? 0, (starts[line] ?? Infinity) - 1).replace(/\r?\n?$/, '');
}

export function textOf({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

function startsOf(source: Source): number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}
