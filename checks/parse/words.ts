/** Words of a systemd value, or what is wrong with it. */
export interface Words {
  readonly words: readonly string[];
  readonly problem: string | undefined;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/**
 * Splits as systemd does for command lines and environment (systemd.syntax(7), "Quoting"): at whitespace, with
 * single and double quotes and C escapes.
 */
export function splitWords(value: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === '\\') {
      const [text, length] = escapeAt(value, at + 1);
      if (text === undefined) return { words, problem: `unknown escape '\\${value.charAt(at + 1)}'` };
      word = (word ?? '') + text;
      at += length;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return { words, problem: quote === undefined ? undefined : `a ${quote} is never closed` };
}

/** The text that the escape at `at` stands for, and how many characters it takes. */
function escapeAt(value: string, at: number): [text: string | undefined, length: number] {
  const char = value.charAt(at);
  if (char in escapes) return [escapes[char], 1];
  const [match, hex, octal] = /^(?:x([0-9a-fA-F]{2})|([0-7]{3}))/.exec(value.slice(at, at + 3)) ?? [];
  if (match)
    return [String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number.parseInt(octal ?? '', 8)), 3];
  const [unicode] = /^(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(value.slice(at, at + 9)) ?? [];
  const code = unicode ? Number.parseInt(unicode.slice(1), 16) : Number.POSITIVE_INFINITY;
  return code <= 0x10ffff && unicode ? [String.fromCodePoint(code), unicode.length] : [undefined, 0];
}
