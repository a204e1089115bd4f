/** A word, unquoted, with its offsets in the text. */
export interface ShellWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface ShellCommand {
  /** The operator before it: `&&`, `|`, `;`, `(`, `$(`, `<(`; empty for the first. */
  readonly before: string;
  /** Without redirections. */
  readonly words: readonly ShellWord[];
}

/** Splits at blanks outside of quotes. */
export function splitShell(text: string): ShellWord[] {
  const words: ShellWord[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const word = wordAt(text, at, ordinary);
    words.push(word);
    at = word.end;
  }
  return words;
}

/** Runs of characters that stand for themselves; what ends one is a quote, a backslash or the end of the word. */
const ordinary = /[^\s"'\\]+/y;
const ordinaryInShell = /[^\s"'\\;&|()<>`]+/y;
const blanks = /\s*/y;

/** The simple commands of a shell script, those of lists, pipes, groups and unquoted substitutions too. */
export function parseShell(text: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let before = '';
  let words: ShellWord[] = [];
  let redirected = false;
  const close = (operator: string) => {
    if (words.length > 0) commands.push({ before, words });
    before = operator;
    words = [];
    redirected = false;
  };
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '\n') {
      close(';');
      at++;
    } else if (/\s/.test(char)) at++;
    else if (char === '#') at = lineEnd(text, at);
    else if (char === '<' || char === '>') {
      const substitutes = text.charAt(at + 1) === '(';
      if (substitutes) close(`${char}(`);
      else redirected = true;
      at += substitutes ? 2 : redirectionLength(text, at);
    } else if (';&|()`'.includes(char)) {
      const operator = operatorAt(text, at);
      close(operator === '`' ? '$(' : operator);
      at += operator.length;
    } else {
      const word = wordAt(text, at, ordinaryInShell);
      at = word.end;
      if (text.charAt(at) === '(' && word.text.endsWith('$')) {
        close('$(');
        at++;
      } else if (!redirected && !isDescriptor(word, text)) words.push(word);
      redirected = false;
    }
  }
  close('');
  return commands;
}

/** The `2` of `2>&1`. */
function isDescriptor({ text, end }: ShellWord, all: string): boolean {
  return /^\d$/.test(text) && /[<>]/.test(all.charAt(end));
}

function operatorAt(text: string, at: number): string {
  const two = text.slice(at, at + 2);
  return ['&&', '||', ';;', '|&'].includes(two) ? two : text.charAt(at);
}

function redirectionLength(text: string, at: number): number {
  let end = at;
  while (end < at + 3 && /[<>&-]/.test(text.charAt(end))) end++;
  return end - at;
}

function skipBlanks(text: string, from: number): number {
  return from + runAt(blanks, text, from).length;
}

/** What a sticky pattern matches just there. */
function runAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const inDouble = /[^"\\]+/y;
const inSingle = /[^']+/y;

function wordAt(text: string, start: number, plain: RegExp): ShellWord {
  const parts: string[] = [];
  let quote = '';
  let at = start;
  while (at < text.length) {
    const run = runAt(quote === '' ? plain : quote === '"' ? inDouble : inSingle, text, at);
    parts.push(run);
    at += run.length;
    const char = text.charAt(at);
    if (char === '\\' && quote !== "'") {
      // In double quotes a backslash stays before what it does not protect.
      if (quote === '"' && !/["\\$`]/.test(text.charAt(at + 1))) parts.push('\\');
      parts.push(text.charAt(at + 1));
      at += 2;
    } else if (char === '"' || char === "'") {
      quote = quote === '' ? char : '';
      at++;
    } else break;
  }
  return { text: parts.join(''), start, end: Math.min(at, text.length) };
}
