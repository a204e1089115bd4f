export interface Span {
  start: number;
  end: number;
}

/**
 * Finds decoded tokens in the text that they came from. Tokenizers change the case, take accents off and put spaces
 * in, so both are compared without any of that.
 */
export function wordFinder(text: string): (words: string, from: number) => Span | undefined {
  const { folded, places } = fold(text);
  return (words, from) => {
    const wanted = fold(words).folded;
    const first = places.findIndex((place) => place >= from);
    if (wanted === '' || first < 0) return undefined;
    let found: Span | undefined;
    for (let at = folded.indexOf(wanted, first); at >= 0; at = folded.indexOf(wanted, at + 1)) {
      const last = places[at + wanted.length - 1] as number;
      const span = { start: places[at] as number, end: last + lengthAt(text, last) };
      // Where it stands as a word of its own, rather than first within another one.
      if (isWord(text, span)) return span;
      found ??= span;
    }
    return found;
  };
}

function isWord(text: string, { start, end }: Span): boolean {
  return (
    !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2))
  );
}

/** Letters without case, accents and spaces; and where in the text each came from. */
function fold(text: string): { folded: string; places: number[] } {
  const places: number[] = [];
  let folded = '';
  let place = 0;
  for (const letter of text) {
    const plain = letter
      .normalize('NFD')
      .replaceAll(/[\p{M}\s]/gu, '')
      .toLowerCase();
    for (let unit = 0; unit < plain.length; unit++) places.push(place);
    folded += plain;
    place += letter.length;
  }
  return { folded, places };
}

/** UTF-16 units of the letter that begins there. */
function lengthAt(text: string, place: number): number {
  return String.fromCodePoint(text.codePointAt(place) ?? 0).length;
}
