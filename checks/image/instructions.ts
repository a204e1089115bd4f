import { parseShell, type ShellCommand, splitShell } from '../parse/shell.ts';
import type { Instruction } from '../project/containerfile.ts';
import { type Span, spanOf } from '../source.ts';

/** A word of an instruction, unquoted, with its place. */
export interface Word {
  readonly text: string;
  readonly at: Span;
}

/** `--mount=type=cache,target=/x` before an instruction's arguments. */
export interface Flag extends Word {
  readonly name: string;
  readonly value: string;
}

export interface Parts {
  readonly flags: readonly Flag[];
  readonly words: readonly Word[];
  /** Its arguments as one place. */
  readonly at: Span;
}

const known = new WeakMap<Instruction, Parts>();

/** An instruction's flags and arguments. */
export function partsOf(instruction: Instruction): Parts {
  const before = known.get(instruction);
  if (before) return before;
  const { source } = instruction.span;
  const { text, start } = writtenArguments(instruction);
  const all = splitShell(text).map((word) => ({
    text: word.text,
    at: spanOf(source, { start: start + word.start, end: start + word.end }),
  }));
  const count = all.findIndex((word) => !word.text.startsWith('--'));
  const words = count < 0 ? [] : all.slice(count);
  const flags = all.slice(0, all.length - words.length).map((word) => {
    const [, name = '', value = ''] = /^--([^=]*)=?(.*)$/s.exec(word.text) ?? [];
    return { ...word, name, value };
  });
  const from = words[0]?.at.start ?? instruction.keywordSpan.start;
  const to = words.at(-1)?.at.end ?? instruction.keywordSpan.end;
  const parts = { flags, words, at: spanOf(source, { start: from, end: to }) };
  known.set(instruction, parts);
  return parts;
}

/** The words of an instruction in exec form, `["node", "main.js"]`; `undefined` in shell form. */
export function execForm({ value }: Instruction): readonly string[] | undefined {
  const text = value.replace(/^(--\S+\s+)+/, '');
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

export interface Assignment {
  readonly name: string;
  /** `undefined` for an ARG without a default. */
  readonly value: string | undefined;
  readonly nameAt: Span;
  readonly valueAt: Span;
}

/** What ARG and ENV set; ENV's old form without an equals sign too. */
export function assignmentsOf(instruction: Instruction): Assignment[] {
  const { words } = partsOf(instruction);
  const [first, ...rest] = words;
  if (first === undefined) return [];
  if (instruction.keyword === 'ENV' && !first.text.includes('=')) {
    const [from, to] = [rest[0], rest.at(-1)];
    if (from === undefined || to === undefined) return [];
    const value = rest.map(({ text }) => text).join(' ');
    return [{ name: first.text, value, nameAt: first.at, valueAt: { ...from.at, end: to.at.end } }];
  }
  return words.map(({ text, at }) => {
    const cut = text.indexOf('=');
    if (cut < 0) return { name: text, value: undefined, nameAt: at, valueAt: at };
    const written = at.source.text.indexOf('=', at.start);
    return {
      name: text.slice(0, cut),
      value: text.slice(cut + 1),
      nameAt: { ...at, end: written },
      valueAt: { ...at, start: Math.min(written + 1, at.end) },
    };
  });
}

/** What the shell of a RUN runs: its line, or the here-document that is its script. */
export function shellOf(instruction: Instruction): { commands: ShellCommand[]; start: number } {
  const { source } = instruction.span;
  const { text, start } = writtenArguments(instruction);
  const [first, second] = partsOf(instruction).words;
  const [script] = instruction.heredocs;
  const runsScript =
    first?.text.startsWith('<<') || (/^(ba|da|)sh$/.test(first?.text ?? '') && second?.text.startsWith('<<'));
  if (script !== undefined && runsScript) {
    return {
      commands: parseShell(script),
      start: Math.max(0, source.text.indexOf(script, start + text.length)),
    };
  }
  const flags = partsOf(instruction).flags.at(-1)?.at.end ?? start;
  return { commands: parseShell(text.slice(flags - start)), start: flags };
}

/**
 * What stands after the keyword with the offsets of the file: the ends of continued lines and comments between them
 * are blanks, here-documents are left out.
 */
function writtenArguments({ span, keywordSpan }: Instruction): { text: string; start: number } {
  const { text } = span.source;
  const parts: string[] = [];
  for (let at = keywordSpan.end; at < span.end; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? span.end : Math.min(newline, span.end);
    const line = text.slice(at, end);
    const trimmed = line.trim();
    const isComment = parts.length > 0 && (trimmed === '' || trimmed.startsWith('#'));
    const goesOn = isComment || trimmed.endsWith('\\');
    const body = isComment ? '' : goesOn ? line.slice(0, line.lastIndexOf('\\')) : line;
    parts.push(body.padEnd(line.length + 1));
    if (!goesOn) break;
    at = end + 1;
  }
  return { text: parts.join('').slice(0, span.end - keywordSpan.end), start: keywordSpan.end };
}
