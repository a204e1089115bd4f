import { podmanWords } from '../parse/podman-words.ts';
import type { Entry } from '../project/unit.ts';
import { type Span, spanOf } from '../source.ts';

/** A word of a value, with the place where it is written. */
export interface PlacedWord {
  readonly text: string;
  readonly at: Span;
}

/** The words of a value, each in its place, also where the value goes on over several lines. */
export function placedWords(entry: Entry, form: 'words' | 'args'): PlacedWord[] {
  const place = placesIn(entry);
  return podmanWords(entry.value, form).words.map(({ text, start, end }) => ({
    text,
    at: place(start, end),
  }));
}

/** Finds the place of a part of an entry's value. */
export function placesIn(entry: Entry): (start: number, end: number) => Span {
  const pieces = piecesOf(entry);
  const offsetOf = (index: number) => {
    let [low, high] = [0, pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.index ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    return piece === undefined ? entry.valueRange.start : piece.offset + index - piece.index;
  };
  return (start, end) =>
    spanOf(entry.source, { start: offsetOf(start), end: offsetOf(Math.max(start, end - 1)) + 1 });
}

interface Piece {
  /** Where in the value it begins. */
  readonly index: number;
  /** Where in the file. */
  readonly offset: number;
}

/** The lines that a value is joined from: without indentation, closing backslash, comments and blank lines. */
function piecesOf({ source, valueRange }: Entry): Piece[] {
  const pieces: Piece[] = [];
  let index = 0;
  let offset = valueRange.start;
  for (const line of source.text.slice(valueRange.start, valueRange.end).split('\n')) {
    const text = line.trim();
    if (text !== '' && (pieces.length === 0 || !/^[#;]/.test(text))) {
      pieces.push({ index, offset: offset + line.length - line.trimStart().length });
      index += text.endsWith('\\') ? text.length - 1 : text.length;
    }
    offset += line.length + 1;
  }
  return pieces;
}

/** The place of the last `length` characters of a word: of the value in `--flag=value`. */
export function tailOf(word: PlacedWord, length: number): Span {
  return isPlain(word) ? { ...word.at, start: word.at.end - length } : word.at;
}

/** Written without quotes and escapes, and so with a place for each of its characters. */
export function isPlain({ text, at }: PlacedWord): boolean {
  return at.end - at.start === text.length;
}
