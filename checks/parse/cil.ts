import type { Problem } from '../project/problem.ts';
import { type Source, type Span, spanOf } from '../source.ts';

/** SELinux's Common Intermediate Language: lists of words and lists. */
export type Expression = Atom | List;

export interface Atom {
  readonly type: 'atom';
  readonly text: string;
  readonly span: Span;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** Deeper than any policy: what is nested more is not read. */
const deepest = 200;

/** Top-level statements; comments begin with `;`, strings stand in double quotes. */
export function parseCil(source: Source): { statements: List[]; problems: Problem[] } {
  const statements: List[] = [];
  const problems: Problem[] = [];
  const open: Array<{ items: Expression[]; start: number }> = [];
  const problem = (start: number, end: number, message: string) =>
    problems.push({ rule: 'cil-syntax', at: spanOf(source, { start, end }), message });
  for (const { 0: token, index: start } of source.text.matchAll(/;[^\n]*|"[^"\n]*"?|[()]|[^\s()";]+/g)) {
    const end = start + token.length;
    if (token.startsWith(';')) continue;
    if (token === '(') {
      if (open.length >= deepest) {
        problem(start, end, `nested more than ${deepest} deep`);
        return { statements, problems };
      }
      open.push({ items: [], start });
      continue;
    }
    const list = open.at(-1);
    if (list === undefined) {
      problem(
        start,
        end,
        token === ')' ? 'this ) closes nothing' : `'${token.slice(0, 40)}' stands outside of any ( )`,
      );
    } else if (token === ')') {
      open.pop();
      const closed: List = {
        type: 'list',
        items: list.items,
        span: spanOf(source, { start: list.start, end }),
      };
      const parent = open.at(-1);
      if (parent) parent.items.push(closed);
      else statements.push(closed);
    } else if (token.startsWith('"') && !/^".*"$/.test(token)) {
      problem(start, end, 'this " is never closed');
    } else {
      list.items.push({
        type: 'atom',
        text: token.replaceAll('"', ''),
        span: spanOf(source, { start, end }),
      });
    }
  }
  for (const { start } of open.slice(0, 1)) problem(start, start + 1, 'this ( is never closed');
  return { statements, problems };
}
