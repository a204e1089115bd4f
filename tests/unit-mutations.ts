import type { Dice } from './dice.ts';

type Mutation = (lines: string[], at: number, roll: Dice) => void;

const strayLines = ['', '# note', '; note', ';key=1', ': no', 'words', '=x', '[', ']', '[]', '[[a]'];
const strayHeads = ['[Servce]', '[X-Own]', '[ Unit ]', '\\', 'K', '[Unit] # why', '[Unit] a=b', 'a b=c'];
const strayMarks = ['', 'x', '=', ' ', ':', '"', "'", '.', ',', '\\'];

/** What hands and tools do to unit files: each changes the lines at a place. */
const mutations: readonly Mutation[] = [
  (lines, at) => void lines.splice(at, 1),
  (lines, at) => void lines.splice(at, 0, lines[at] ?? ''),
  (lines, at, roll) => void lines.splice(at, 0, roll.pick(strayLines)),
  (lines, at, roll) => void lines.splice(at, 0, roll.pick(strayHeads)),
  (lines, at) => edit(lines, at, (line) => `${line} \\`),
  (lines, at) => edit(lines, at, (line) => `${line}\\  `),
  (lines, at) => edit(lines, at, (line) => `  ${line}\t\r`),
  (lines, at) => edit(lines, at, (line) => line.replace('=', ' = ')),
  (lines, at) => edit(lines, at, (line) => line.replace('=', '\\\n=')),
  (lines, at) => edit(lines, at, (line) => line.replace('=', '= \\\n  # why\n')),
  (lines, at) => edit(lines, at, (line) => line.replace('=', '="').concat('"')),
  (lines, at) => edit(lines, at, (line) => line.replace('=', '="')),
  (lines, at) => edit(lines, at, (line) => line.replace(/=.*/s, '=')),
  (lines, at) => edit(lines, at, (line) => `${line} # why`),
  (lines, at) => edit(lines, at, (line) => line.toLowerCase()),
  (lines, at) => edit(lines, at, (line) => `\u00a0${line}\u2003`),
  (lines, at) => edit(lines, at, (line) => line.replace('=', '\u00a0=\u00a0')),
  (lines) => edit(lines, 0, (line) => `\uFEFF${line}`),
  (lines) => edit(lines, lines.length - 1, (line) => `${line} \\`),
  (lines) => void lines.push(''),
  (lines, at, roll) => swap(lines, at, roll.below(lines.length)),
  (lines, at, roll) => {
    edit(lines, at, (line) => {
      const place = roll.below(line.length + 1);
      return `${line.slice(0, place)}${roll.pick(strayMarks)}${line.slice(place + 1)}`;
    });
  },
];

/** A unit file with one or two things done to it. */
export function mutate(text: string, roll: Dice): string {
  const lines = text.split('\n');
  for (let left = 1 + roll.below(2); left > 0; left--) {
    roll.pick(mutations)(lines, roll.below(lines.length), roll);
    if (lines.length === 0) lines.push('');
  }
  return lines.join('\n');
}

function edit(lines: string[], at: number, change: (line: string) => string): void {
  lines[at] = change(lines[at] ?? '');
}

function swap(lines: string[], one: number, other: number): void {
  [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
}
