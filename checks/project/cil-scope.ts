import type { Atom, Expression, List } from '../parse/cil.ts';
import { atoms, keyword, type Policy } from './policy.ts';

/** A statement of a CIL file with what surrounds it. */
export interface Scoped {
  readonly statement: List;
  readonly word: string;
  /** The blocks that it stands in, the outermost first. */
  readonly path: readonly string[];
  /** The innermost optional block around it. */
  readonly optional: List | undefined;
  /** Names that an enclosing macro takes. */
  readonly parameters: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();
/** Deeper than policies nest their blocks; what lies deeper counts as of this depth. */
const deepestBlock = 16;

const known = new WeakMap<Policy, Scoped[]>();

/** Every statement of a file, those inside of others too. */
export function scopesOf(policy: Policy): readonly Scoped[] {
  const before = known.get(policy);
  if (before) return before;
  const found: Scoped[] = [];
  const visit = (items: readonly Expression[], around: Omit<Scoped, 'statement' | 'word'>): void => {
    for (const statement of items) {
      const word = keyword(statement);
      if (statement.type !== 'list' || word === undefined) continue;
      found.push({ statement, word, ...around });
      const name = atomAt(statement, 1)?.text ?? '';
      const inside = statement.items.slice(2);
      if (word === 'block') visit(inside, { ...around, path: joined(around.path, [name]) });
      else if (word === 'in') {
        const place = atoms(statement).at(-1)?.text ?? '';
        visit(inside, { ...around, path: joined(around.path, place.split('.').filter(Boolean)) });
      } else if (word === 'optional') visit(inside, { ...around, optional: statement });
      else if (word === 'macro') visit(inside, { ...around, parameters: parametersOf(statement) });
      else if (word === 'booleanif' || word === 'tunableif') visit(inside, around);
      else if (word === 'true' || word === 'false') visit(statement.items.slice(1), around);
    }
  };
  visit(policy.statements, { path: [], optional: undefined, parameters: nothing });
  known.set(policy, found);
  return found;
}

function joined(path: readonly string[], names: readonly string[]): string[] {
  return [...path, ...names].slice(0, deepestBlock);
}

export function atomAt(statement: List, index: number): Atom | undefined {
  const item = statement.items[index];
  return item?.type === 'atom' ? item : undefined;
}

/** `(macro NAME ((type a) (type b)) …)` takes a and b. */
function parametersOf(macro: List): ReadonlySet<string> {
  const list = macro.items[2];
  const pairs = list?.type === 'list' ? list.items : [];
  return new Set(pairs.flatMap((pair) => (pair.type === 'list' ? [atomAt(pair, 1)?.text ?? ''] : [])));
}

/** All words below an expression, those that join (and, or, not, …) left out. */
export function wordsIn(expression: Expression | undefined): Atom[] {
  if (expression === undefined) return [];
  if (expression.type === 'list') return expression.items.flatMap(wordsIn);
  return /^(and|or|not|xor|all|range)$/.test(expression.text) ? [] : [expression];
}
