import { type Atom, type Expression, type List, parseCil } from '../parse/cil.ts';
import type { Source } from '../source.ts';
import type { Problem } from './problem.ts';

/** A CIL file of an SELinux module. */
export interface Policy {
  readonly source: Source;
  readonly statements: readonly List[];
  readonly problems: readonly Problem[];
}

export function policyOf(source: Source): Policy {
  return { source, ...parseCil(source) };
}

/** A statement's keyword: `allow` of `(allow a b (c (d)))`. */
export function keyword(statement: Expression): string | undefined {
  const [first] = statement.type === 'list' ? statement.items : [];
  return first?.type === 'atom' ? first.text : undefined;
}

/** A statement's words, those of nested lists left out. */
export function atoms(statement: List): Atom[] {
  return statement.items.filter((item) => item.type === 'atom');
}

/** Every statement, those inside of blocks, optionals and conditions too, with the block names that lead to it. */
export function* statementsOf(
  statements: readonly Expression[],
  path: readonly string[] = [],
): Generator<{ statement: List; path: readonly string[] }> {
  for (const statement of statements) {
    if (statement.type !== 'list') continue;
    yield { statement, path };
    const word = keyword(statement);
    if (word === 'block')
      yield* statementsOf(statement.items.slice(2), [...path, atoms(statement)[1]?.text ?? '']);
    else if (
      word !== undefined &&
      ['optional', 'in', 'booleanif', 'tunableif', 'true', 'false', 'macro'].includes(word)
    )
      yield* statementsOf(statement.items.slice(1), path);
  }
}
