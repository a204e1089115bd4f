import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, ModelFailure } from './failure.ts';
import { type Format, formatOfName, modelName, printable, safePath } from './names.ts';
import { syncPath } from './writing.ts';

export const lockName = 'models.lock.json';

export interface LockedFile {
  /** Relative to the models folder. */
  path: string;
  /** What its source calls it. */
  from: string;
  /** Bytes. */
  size: number;
  sha256: string;
  /** What the bytes were held against when they came; `nothing` where the source gave no hash. */
  checked: 'sha256' | 'git-sha1' | 'nothing';
}

export interface LockedModel {
  source: string;
  revision?: string;
  format: Format;
  license?: string;
  /** ISO 8601. */
  pulled: string;
  files: readonly LockedFile[];
}

/** Every model that came through these commands, by name. */
export type Lock = Readonly<Record<string, LockedModel>>;

/** What is recorded of a model; a model may be called 'constructor'. */
export function entryOf(lock: Lock, name: string): LockedModel | undefined {
  return Object.hasOwn(lock, name) ? lock[name] : undefined;
}

export async function readLock(folder: string): Promise<Lock> {
  try {
    return parseLock(await readFile(join(folder, lockName), 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {};
    throw error;
  }
}

/** Written beside and renamed: the lock is whole, old or new. */
export async function writeLock(folder: string, lock: Lock): Promise<void> {
  const path = join(folder, lockName);
  const handle = await open(`${path}.new`, 'w', 0o644);
  try {
    await handle.writeFile(lockText(lock));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await syncPath(folder);
}

export function lockText(lock: Lock): string {
  const models = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: 1, models }, null, 2)}\n`;
}

/** Reads a lock file that may come from anywhere: every name and path in it is checked. */
export function parseLock(text: string): Lock {
  const { version, models } = record(parse(text));
  if (version !== 1) throw broken(`version 1 is what is understood here, got ${JSON.stringify(version)}`);
  const entries = Object.entries(record(models)).map(([name, value]) => [name, lockedModel(name, value)]);
  return Object.fromEntries(entries);
}

function lockedModel(name: string, value: unknown): LockedModel {
  const { source, revision, format, license, pulled, files } = record(value);
  const known = formatOfName(name);
  if (format !== known) throw broken(`${printable(name)} has the format ${JSON.stringify(format)}`);
  modelName(name, known);
  if (!Array.isArray(files) || files.length === 0) throw broken(`${name} has no files`);
  return {
    source: string(source),
    ...(revision === undefined ? {} : { revision: string(revision) }),
    format: known,
    ...(license === undefined ? {} : { license: string(license) }),
    pulled: string(pulled),
    files: files.map((file) => lockedFile(name, known, record(file))),
  };
}

function lockedFile(name: string, format: Format, file: Record<string, unknown>): LockedFile {
  const path = safePath(string(file.path));
  const inside = path.startsWith(`${format}/${name}/`) || (format === 'gguf' && path === `gguf/${name}.gguf`);
  if (!inside) throw broken(`${path} is no place for a file of ${name}`);
  const { size, checked } = file;
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw broken(`${path} has no size`);
  const sha256 = string(file.sha256);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw broken(`${path} has no sha256`);
  const known = checked === 'sha256' || checked === 'git-sha1' ? checked : 'nothing';
  return { path, from: string(file.from), size: Number(size), sha256, checked: known };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken((error as Error).message);
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken('expected an object');
  return value as Record<string, unknown>;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw broken(`expected a string, got ${JSON.stringify(value) ?? 'nothing'}`);
  return value;
}

function broken(why: string): ModelFailure {
  return new ModelFailure(`${lockName} cannot be used: ${why}`);
}
