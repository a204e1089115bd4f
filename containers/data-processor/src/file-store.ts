import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { ApiError } from '../../base/kit/errors.ts';

/** A stored file, in the shape of OpenAI's files API. */
export interface StoredFile {
  id: string;
  object: 'file';
  bytes: number;
  /** Unix seconds. */
  created_at: number;
  filename: string;
  purpose: string;
  sha256: string;
}

export interface FileStore {
  /** Takes the bytes in; nobody sees them until they are recorded. */
  write(content: Readable): Promise<string>;
  record(id: string, filename: string, purpose: string): Promise<StoredFile>;
  /** Drops what was written and will not be recorded. */
  discard(id: string): Promise<void>;
  /** Takes a finished file over under an id of the caller's; doing it again changes nothing. */
  adopt(path: string, id: string, filename: string, purpose: string): Promise<StoredFile>;
  list(): Promise<StoredFile[]>;
  get(id: string): Promise<StoredFile>;
  pathOf(id: string): string;
  remove(id: string): Promise<void>;
}

const columns = 'id, filename, purpose, bytes, sha256, extract(epoch from created_at)::bigint AS created_at';

/** Files on the data volume, their records in PostgreSQL. */
export async function openFileStore(pool: Pool, folder: string): Promise<FileStore> {
  await mkdir(folder, { recursive: true });
  await pool.query(`CREATE TABLE IF NOT EXISTS files (
    id text PRIMARY KEY, filename text NOT NULL, purpose text NOT NULL, bytes bigint NOT NULL,
    sha256 text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`);

  // Uploads that a crash cut off.
  for (const name of await readdir(folder)) if (name.endsWith('.part')) await rm(join(folder, name));

  const pathOf = (id: string) => {
    if (!/^file-[a-z0-9-]+$/.test(id)) throw noSuchFile(id);
    return join(folder, id);
  };
  const record = async (id: string, filename: string, purpose: string) => {
    const { size } = await stat(pathOf(id));
    await syncFolder(folder);
    await pool.query(
      `INSERT INTO files (id, filename, purpose, bytes, sha256) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [id, filename, purpose, size, await sha256(pathOf(id))],
    );
    return get(id);
  };
  const get = async (id: string) => {
    pathOf(id);
    const { rows } = await pool.query(`SELECT ${columns} FROM files WHERE id = $1`, [id]);
    if (rows.length === 0) throw noSuchFile(id);
    return toFile(rows[0]);
  };

  return {
    pathOf,
    get,
    record,
    async write(content) {
      const id = `file-${randomUUID()}`;
      const part = `${pathOf(id)}.part`;
      try {
        await pipeline(content, createWriteStream(part, { flush: true }));
        await rename(part, pathOf(id));
      } catch (error) {
        await rm(part, { force: true });
        throw storageError(error);
      }
      return id;
    },
    async discard(id) {
      await rm(pathOf(id), { force: true });
    },
    async adopt(path, id, filename, purpose) {
      // Gone already where an earlier try was cut off after the renaming.
      await rename(path, pathOf(id)).catch(async (error) => {
        if (error.code !== 'ENOENT' || !(await exists(pathOf(id)))) throw error;
      });
      return record(id, filename, purpose);
    },
    async list() {
      const { rows } = await pool.query(
        `SELECT ${columns} FROM files ORDER BY created_at DESC, id LIMIT 10000`,
      );
      return rows.map(toFile);
    },
    async remove(id) {
      await get(id);
      // The record first: bytes without one are waste, a record without bytes is a lie.
      await pool.query('DELETE FROM files WHERE id = $1', [id]);
      await rm(pathOf(id), { force: true });
    },
  };
}

function toFile(row: Omit<StoredFile, 'object'>): StoredFile {
  return { ...row, object: 'file', bytes: Number(row.bytes), created_at: Number(row.created_at) };
}

function noSuchFile(id: string): ApiError {
  return new ApiError(
    404,
    'file_not_found',
    `there is no file '${id.slice(0, 100)}'; GET /v1/files lists them`,
  );
}

/** A full disk is the operator's to mend, so it says so; the rest passes unchanged. */
export function storageError(error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new ApiError(507, 'disk_full', 'the data volume is full; delete files or make room, then try again');
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
