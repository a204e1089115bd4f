import { isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import type { Problem } from '../project/problem.ts';
import { type Source, type Span, spanOf } from '../source.ts';

/** YAML or JSON as plain data in which everything knows its place. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly type: 'map';
  readonly span: Span;
  readonly entries: readonly TreeEntry[];
}

export interface TreeEntry {
  readonly key: ScalarTree;
  readonly value: Tree;
}

export interface ListTree {
  readonly type: 'list';
  readonly span: Span;
  readonly items: readonly Tree[];
}

export interface ScalarTree {
  readonly type: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
}

/** More nodes than this, aliases written out, and the file is not read: every alias multiplies. */
const mostNodes = 300_000;

/** The documents of a YAML or JSON text; empty ones are passed over, broken ones become problems. */
export function parseTrees(
  source: Source,
  syntaxRule: 'yaml-syntax' | 'json-syntax',
): { trees: Tree[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const problem = (start: number, end: number, message: string) =>
    problems.push({ rule: syntaxRule, at: spanOf(source, { start, end }), message });
  const trees: Tree[] = [];
  const deep = tooDeep(source.text);
  if (deep !== undefined) {
    problem(deep, deep, 'nested too deeply to be read');
    return { trees, problems };
  }
  try {
    // Podman's parser takes the last of equal keys; a rule tells of it.
    const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
    for (const document of parseAllDocuments(source.text, options)) {
      if (!('errors' in document)) continue;
      for (const { pos, message } of document.errors) problem(pos[0], Math.max(pos[0], pos[1]), message);
      if (document.errors.length > 0 || document.contents === null) continue;
      trees.push(
        convert(source, document.contents as Node, { left: mostNodes, anchors: new Map(), open: new Set() }),
      );
    }
  } catch (error) {
    if (error instanceof TooMuch) problem(error.at, error.at, error.message);
    else throw error;
  }
  return { trees, problems };
}

/** More than anybody nests; the YAML reader calls itself for each level, and V8 ends the process where a stack is full. */
const deepest = 200;

/** Where a text nests too deeply, judged by brackets, indentation and dashes alone. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > deepest) return index;
  }
  const line = new RegExp(`^(?:[ \\t]{${2 * deepest}}|(?:[ \\t]*[-?][ \\t]){${deepest}})`, 'm').exec(text);
  return line?.index;
}

class TooMuch extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

interface State {
  left: number;
  anchors: Map<string, Node>;
  open: Set<Node>;
}

function convert(source: Source, node: Node | null, state: State, fallback = 0): Tree {
  const [start, end] = node?.range ?? [fallback, fallback];
  const span = spanOf(source, { start, end });
  if (--state.left < 0) throw new TooMuch(`more than ${mostNodes} values, aliases written out`, start);
  if (node === null || node === undefined) return { type: 'scalar', span, value: null };
  if (isAlias(node)) {
    const target = state.anchors.get(node.source);
    if (target === undefined) throw new TooMuch(`no anchor &${node.source} stands before this alias`, start);
    if (state.open.has(target)) throw new TooMuch(`*${node.source} contains itself`, start);
    return convert(source, target, state, start);
  }
  if ('anchor' in node && typeof node.anchor === 'string') state.anchors.set(node.anchor, node);
  if (isScalar(node)) return { type: 'scalar', span, value: plain(node.value) };
  state.open.add(node);
  try {
    if (isSeq(node)) {
      return {
        type: 'list',
        span,
        items: node.items.map((item) => convert(source, item as Node, state, start)),
      };
    }
    if (!isMap(node)) return { type: 'scalar', span, value: null };
    const entries = node.items.map(({ key, value }) => ({
      key: asKey(convert(source, key as Node, state, start)),
      value: convert(source, value as Node | null, state, (key as Node | null)?.range?.[1] ?? start),
    }));
    return { type: 'map', span, entries: merged(entries) };
  } finally {
    state.open.delete(node);
  }
}

/** What a merge key `<<` brings in comes first and gives way to keys that stand there. https://yaml.org/type/merge.html */
function merged(entries: TreeEntry[]): TreeEntry[] {
  if (!entries.some(({ key }) => key.value === '<<')) return entries;
  const own = entries.filter(({ key }) => key.value !== '<<');
  const taken = new Set(own.map(({ key }) => key.value));
  const brought: TreeEntry[] = [];
  for (const { key, value } of entries) {
    if (key.value !== '<<') continue;
    for (const map of value.type === 'list' ? value.items : [value]) {
      for (const entry of map.type === 'map' ? map.entries : []) {
        if (taken.has(entry.key.value)) continue;
        taken.add(entry.key.value);
        brought.push(entry);
      }
    }
  }
  return [...brought, ...own];
}

function asKey(tree: Tree): ScalarTree {
  return tree.type === 'scalar' ? tree : { type: 'scalar', span: tree.span, value: null };
}

function plain(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(value);
}

/** What a path leads to, or `undefined`; the last of equal keys counts. */
export function at(tree: Tree | undefined, ...path: ReadonlyArray<string | number>): Tree | undefined {
  let here = tree;
  for (const step of path) {
    if (here?.type === 'map') here = here.entries.findLast(({ key }) => key.value === step)?.value;
    else if (here?.type === 'list' && typeof step === 'number') here = here.items[step];
    else return undefined;
  }
  return here;
}

/** The key under which a value stands, for findings that name the key. */
export function keyAt(tree: Tree | undefined, key: string): ScalarTree | undefined {
  return tree?.type === 'map' ? tree.entries.findLast((entry) => entry.key.value === key)?.key : undefined;
}

export function itemsAt(tree: Tree | undefined, ...path: ReadonlyArray<string | number>): readonly Tree[] {
  const found = at(tree, ...path);
  return found?.type === 'list' ? found.items : [];
}

export function entriesAt(
  tree: Tree | undefined,
  ...path: ReadonlyArray<string | number>
): readonly TreeEntry[] {
  const found = at(tree, ...path);
  return found?.type === 'map' ? found.entries : [];
}

/** A scalar's value; `undefined` where there is none or it is no scalar. */
export function valueAt(
  tree: Tree | undefined,
  ...path: ReadonlyArray<string | number>
): string | number | boolean | null | undefined {
  const found = at(tree, ...path);
  return found?.type === 'scalar' ? found.value : undefined;
}

/** A scalar's value where it is a string. */
export function textAt(tree: Tree | undefined, ...path: ReadonlyArray<string | number>): string | undefined {
  const value = valueAt(tree, ...path);
  return typeof value === 'string' ? value : undefined;
}
