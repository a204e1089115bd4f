/** A word, and where in the value it stands. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface PodmanWords {
  readonly words: readonly Word[];
  /** Why podman drops the whole value, in silence, or at least a part of it. */
  readonly dropped: string | undefined;
}

const simple: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ s: ' ', '\\': '\\', '"': '"', "'": "'" },
};

/**
 * Splits a value at blanks as podman's generator does (pkg/systemd/parser/split.go). `args` know quotes and C escapes
 * and forgive a quote that is never closed; `words` know quotes alone and forgive nothing.
 */
export function podmanWords(value: string, form: 'words' | 'args'): PodmanWords {
  const words: Word[] = [];
  let at = 0;
  while (at < value.length) {
    if (isBlank(value.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    let text = '';
    let quote = '';
    for (; at < value.length; at++) {
      const char = value.charAt(at);
      if (char === '\\' && form === 'args') {
        if (at === value.length - 1) continue;
        const [escaped, length] = escapeAt(value, at + 1);
        if (length === 0)
          return { words: [], dropped: `'${value.slice(at, at + 2)}' is no escape that it knows` };
        text += escaped;
        at += length;
      } else if (quote === '' ? char === '"' || char === "'" : char === quote) {
        quote = quote === '' ? char : '';
      } else if (quote === '' && isBlank(char)) break;
      else text += char;
    }
    if (quote !== '' && form === 'words') return { words: [], dropped: `a ${quote} is never closed` };
    if (text === '') {
      const rest = value.slice(at).trim();
      return { words, dropped: rest === '' ? undefined : 'it stops reading at the empty word' };
    }
    words.push({ text, start, end: at });
  }
  return { words, dropped: undefined };
}

/** What the escape at `at` stands for, and how many characters it takes: none where podman does not know it. */
function escapeAt(value: string, at: number): [text: string, length: number] {
  const char = value.charAt(at);
  const known = simple[char];
  if (known !== undefined) return [known, 1];
  const digits = { x: 2, u: 4, U: 8 }[char];
  const hex = digits === undefined ? '' : value.slice(at + 1, at + 1 + digits);
  const isOctal = /^[0-3][0-7]{2}$/.test(value.slice(at, at + 3));
  if (digits !== undefined ? hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex) : !isOctal) return ['', 0];
  const code = digits === undefined ? Number.parseInt(value.slice(at, at + 3), 8) : Number.parseInt(hex, 16);
  if (code === 0 || code > 0x10ffff) return ['', 0];
  return [String.fromCodePoint(code), digits === undefined ? 3 : digits + 1];
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
