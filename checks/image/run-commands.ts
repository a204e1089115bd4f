import { parseShell, type ShellCommand } from '../parse/shell.ts';
import type { Instruction } from '../project/containerfile.ts';
import { spanOf } from '../source.ts';
import { execForm, partsOf, shellOf, type Word } from './instructions.ts';

/** One command of a RUN, without what stands before its program (assignments, `if`, `sudo`). */
export interface RunCommand {
  /** The shell's operator before it. */
  readonly before: string;
  /** Without folders: `curl`. */
  readonly program: string;
  readonly programAt: Word['at'];
  /** As it is written, with folders. */
  readonly path: string;
  readonly args: readonly Word[];
  readonly sudo: Word | undefined;
}

const reserved = new Set(
  'if then elif else do while until ! { time exec command nohup env sudo nice'.split(' '),
);

const known = new WeakMap<Instruction, readonly RunCommand[]>();

/** Every command that a RUN runs, in order. */
export function runCommands(instruction: Instruction): readonly RunCommand[] {
  if (instruction.keyword !== 'RUN') return [];
  const before = known.get(instruction);
  if (before) return before;
  const found = read(instruction).flatMap(({ before: operator, words }) => {
    let index = 0;
    let sudo: Word | undefined;
    for (; index < words.length; index++) {
      const word = words[index];
      if (word === undefined) break;
      if (word.text === 'sudo') sudo = word;
      const optionOfWrapper = index > 0 && word.text.startsWith('-');
      if (!reserved.has(word.text) && !/^\w+=/.test(word.text) && !optionOfWrapper) break;
    }
    const program = words[index];
    if (program === undefined) return [];
    return {
      before: operator,
      program: program.text.slice(program.text.lastIndexOf('/') + 1),
      programAt: program.at,
      path: program.text,
      args: words.slice(index + 1),
      sudo,
    };
  });
  known.set(instruction, found);
  return found;
}

function read(instruction: Instruction): Array<{ before: string; words: Word[] }> {
  const { source } = instruction.span;
  const exec = execForm(instruction);
  const { at } = partsOf(instruction);
  if (exec) {
    const script =
      /^(ba|da|)sh$/.test(exec[0] ?? '') && /^-[a-z]*c$/.test(exec[1] ?? '') ? exec[2] : undefined;
    const commands: ReadonlyArray<{ before: string; words: ReadonlyArray<{ text: string }> }> =
      script === undefined ? [{ before: '', words: exec.map((text) => ({ text })) }] : parseShell(script);
    return commands.map(({ before, words }) => ({ before, words: words.map(({ text }) => ({ text, at })) }));
  }
  const { commands, start } = shellOf(instruction);
  return commands.map(({ before, words }: ShellCommand) => ({
    before,
    words: words.map((word) => ({
      text: word.text,
      at: spanOf(source, { start: start + word.start, end: start + word.end }),
    })),
  }));
}
