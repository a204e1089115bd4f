import { type FileHandle, open, statfs } from 'node:fs/promises';
import { codeOf, ModelFailure } from './failure.ts';
import { bytes } from './narration.ts';

/** Left free on purpose: a full volume would stop more than this command. */
const margin = 64 * 2 ** 20;

const full =
  "make room ('make models' lists what is there, make models ARGS='remove NAME' frees it); the same command then goes on";

/** Writes all of a chunk at a place, as one write may not. */
export async function writeWhole(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
    throw new ModelFailure('the models volume is full; what has arrived is kept', {
      fix: full,
      cause: error,
    });
  }
}

/** Before anything is started: room for what is missing. */
export async function requireSpace(folder: string, missing: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (missing === 0 || missing + margin <= free) return;
  throw new ModelFailure(`${bytes(missing)} are missing, and the models volume has ${bytes(free)} free`, {
    fix: full,
  });
}

/** Puts a file's or a folder's entries on disk for good. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
