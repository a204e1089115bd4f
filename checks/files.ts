import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { isContainerfile } from './project/containerfile.ts';
import type { Problem } from './project/problem.ts';
import { isDropIn, unitTypeOf } from './project/unit.ts';
import { type Source, spanOf } from './source.ts';

export interface Loaded {
  readonly sources: readonly Source[];
  readonly unreadable: readonly Problem[];
}

/** No deployment's file comes near it; what is larger is not read. */
export const largestFile = 4 * 1024 * 1024;

const skippedFolders = new Set(['node_modules', 'coverage']);

/** Reads files, and in folders everything that may be of interest. `named` are those that were given by name. */
export function loadFiles(paths: readonly string[]): Loaded & { named: ReadonlySet<string> } {
  const named = new Set<string>();
  const files = new Set<string>();
  for (const path of paths.map(normalize)) {
    if (stat(path).isDirectory()) for (const file of walk(path)) files.add(file);
    else {
      named.add(path);
      files.add(path);
    }
  }
  const read = [...files].map(readSource);
  return {
    sources: read.flatMap(({ source, problem }) => (problem ? [] : [source])),
    unreadable: read.flatMap(({ problem }) => problem ?? []),
    named,
  };
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Failure(`cannot read ${path}: ${code}`, { exit: 2, fix: 'name a file or a folder', cause });
  }
}

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const entry = lstatSync(path);
    // A link to a folder may lead back up; one to a file is as good as the file.
    if (entry.isDirectory()) {
      if (!name.startsWith('.') && !skippedFolders.has(name)) yield* walk(path);
    } else if (isInteresting(path) && statSync(path, { throwIfNoEntry: false })?.isFile()) yield path;
  }
}

function isInteresting(path: string): boolean {
  return (
    unitTypeOf(path) !== undefined ||
    isDropIn(path) ||
    isContainerfile(path) ||
    /\.(ya?ml|json|cil)$/i.test(path)
  );
}

function readSource(path: string): { source: Source; problem?: Problem } {
  const size = stat(path).size;
  if (size > largestFile) return unread(path, `${size} bytes: files above ${largestFile} are not read`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return unread(path, `cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  return decode(path, bytes);
}

/** A file's text; what is not UTF-8 is a problem. */
export function decode(path: string, bytes: Uint8Array): { source: Source; problem?: Problem } {
  if (bytes.includes(0)) return unread(path, 'not a text file in UTF-8: it has NUL bytes (UTF-16?)');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { source: { path, text } };
  } catch {
    return unread(path, 'not a text file in UTF-8');
  }
}

function unread(path: string, message: string): { source: Source; problem: Problem } {
  const source = { path, text: '' };
  return { source, problem: { rule: 'unreadable-file', at: spanOf(source, { start: 0, end: 0 }), message } };
}
