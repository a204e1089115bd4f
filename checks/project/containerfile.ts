import { basename } from 'node:path';
import { type Source, type Span, spanOf } from '../source.ts';
import type { Problem } from './problem.ts';

export interface Instruction {
  /** In capitals: FROM, RUN, … */
  readonly keyword: string;
  /** What follows it, continuation lines joined by a space, comments and here-documents left out. */
  readonly value: string;
  readonly span: Span;
  readonly keywordSpan: Span;
  /** The bodies of its here-documents. */
  readonly heredocs: readonly string[];
}

export interface Stage {
  /** The name after AS. */
  readonly name: string | undefined;
  readonly from: Instruction;
  readonly instructions: readonly Instruction[];
}

export interface Containerfile {
  readonly source: Source;
  readonly instructions: readonly Instruction[];
  /** The image is what the last one builds. */
  readonly stages: readonly Stage[];
  /** Values of ARG before the first FROM. */
  readonly globalArguments: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

const keywords = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

export function isContainerfile(path: string): boolean {
  return /^(Containerfile|Dockerfile)(\.[\w.-]+)?$|\.(containerfile|dockerfile)$/i.test(basename(path));
}

/** Reads Containerfile(5): continuations, comments, here-documents, stages. */
export function containerfileOf(source: Source): Containerfile {
  const instructions: Instruction[] = [];
  const problems: Problem[] = [];
  const lines = [...source.text.matchAll(/[^\n]*\n|[^\n]+$/g)].map(({ 0: text, index: start }) => ({
    start,
    text,
  }));
  for (let index = 0; index < lines.length; ) {
    const first = lines[index] as Line;
    if (/^\s*(#|$)/.test(first.text.replace(/^\uFEFF/, ''))) {
      index++;
      continue;
    }
    const statement = joined(lines, index);
    const [, word = '', value = ''] = /^(\S+)\s*(.*)$/s.exec(statement.text.replace(/^\uFEFF/, '')) ?? [];
    const keyword = word.toUpperCase();
    const heredocs = heredocsOf(lines, statement.next, /^(RUN|COPY|ADD)$/.test(keyword) ? value : '');
    index = heredocs.next;
    const last = lines[Math.min(index, lines.length) - 1];
    const start = first.start + first.text.search(/[^\s\uFEFF]/);
    const end = (last?.start ?? 0) + (last?.text.trimEnd().length ?? 0);
    const span = spanOf(source, { start, end: Math.max(start, end) });
    const keywordSpan = spanOf(source, { start, end: start + word.length });
    if (keywords.has(keyword)) {
      instructions.push({ keyword, value, span, keywordSpan, heredocs: heredocs.bodies });
    } else {
      const message = `'${word.slice(0, 40)}' is no instruction`;
      problems.push({ rule: 'containerfile-syntax', at: keywordSpan, message });
    }
  }
  const stages = stagesOf(instructions);
  const head = instructions.slice(0, stages[0] ? instructions.indexOf(stages[0].from) : undefined);
  return { source, instructions, stages, globalArguments: argumentsOf(head), problems };
}

interface Line {
  start: number;
  text: string;
}

/** An instruction's lines as one, and the index of the line after it. */
function joined(lines: readonly Line[], from: number): { text: string; next: number } {
  const parts: string[] = [];
  let index = from;
  for (let open = true; open && index < lines.length; index++) {
    const text = lines[index]?.text.trim() ?? '';
    if (parts.length > 0 && /^(#|$)/.test(text)) continue;
    open = text.endsWith('\\');
    parts.push(open ? text.slice(0, -1).trim() : text);
  }
  return { text: parts.join(' '), next: index };
}

/** The here-documents that a value opens, and the index of the line after them. */
function heredocsOf(lines: readonly Line[], from: number, value: string): { bodies: string[]; next: number } {
  const bodies: string[] = [];
  let index = from;
  // A word of its own: `<<<` is bash's here-string, `1<<N` arithmetic.
  for (const [, , mark = ''] of value.matchAll(/(?:^|\s)\d*<<-?(["']?)([A-Za-z_]\w*)\1(?=\s|$)/g)) {
    const body: string[] = [];
    while (index < lines.length && lines[index]?.text.trim() !== mark) body.push(lines[index++]?.text ?? '');
    index++;
    bodies.push(body.join(''));
  }
  return { bodies, next: index };
}

/** Names and defaults of ARG instructions: several may stand in one. */
function argumentsOf(instructions: readonly Instruction[]): Map<string, string> {
  const values = instructions.filter(({ keyword }) => keyword === 'ARG').map(({ value }) => value);
  const pairs = values.flatMap((value) => [...value.matchAll(/(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)]);
  return new Map(pairs.map(([, name = '', text = '']) => [name, text.replace(/^(["'])(.*)\1$/, '$2')]));
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const stages: Array<Stage & { instructions: Instruction[] }> = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const name = /\sAS\s+(\S+)\s*$/i.exec(instruction.value)?.[1];
      stages.push({ name, from: instruction, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** The image that a stage starts from, with `ARG` defaults filled in: `debian:forky`, or another stage's name. */
export function baseOf(stage: Stage, file: Containerfile): string {
  const image = stage.from.value.replace(/^(--\S+\s+)+/, '').split(/\s+/)[0] ?? '';
  return image.replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (_, braced, fallback, bare) => {
    return file.globalArguments.get(braced ?? bare) || (fallback ?? '');
  });
}
