import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { arrivals, receive, receiveText } from './arrivals.ts';
import type { Context } from './context.ts';
import { mismatch } from './digests.ts';
import { ModelFailure } from './failure.ts';
import { entryOf, type Lock, type LockedFile, lockName, parseLock, readLock, writeLock } from './lock.ts';
import { printable } from './names.ts';
import { requireGguf, taken } from './pull.ts';
import { modelFiles, placeModel, stagingFolder } from './volume.ts';
import { requireSpace } from './writing.ts';

/** Takes in what an export made: every file is held against the hash of its lock, and all come or none. */
export async function importBundle(
  context: Context,
  input: Readable,
  { force = false } = {},
): Promise<string[]> {
  const { folder, narrator } = context;
  const files = arrivals(input);
  const { value: first } = await files.next();
  if (first?.path !== lockName) throw notOurs(first?.path);
  const coming = parseLock(await receiveText(first, 16 * 2 ** 20));
  const lock = await readLock(folder);
  const names = Object.keys(coming);
  if (!force) for (const name of names) await refuseOther(folder, name, lock, coming);
  const clear = () =>
    Promise.all(names.map((name) => rm(stagingFolder(folder, name), { recursive: true, force: true })));
  const owners = new Map(
    names.flatMap((name) => (coming[name]?.files ?? []).map((file) => [file.path, { name, file }])),
  );
  await requireSpace(
    folder,
    [...owners.values()].reduce((sum, { file }) => sum + file.size, 0),
  );
  await clear();
  try {
    for await (const arrival of files) {
      const owner = owners.get(arrival.path);
      if (owner === undefined)
        throw new ModelFailure(`${printable(arrival.path)} is not in the tar's lock, or comes twice`);
      owners.delete(arrival.path);
      const to = join(stagingFolder(folder, owner.name), owner.file.path);
      if (arrival.size !== owner.file.size)
        throw damaged(owner.file, `expected ${owner.file.size} bytes, got ${arrival.size}`);
      const wrong = mismatch(owner.file, await receive(context, arrival, to));
      if (wrong !== undefined) throw damaged(owner.file, wrong);
      if (arrival.path.endsWith('.gguf')) await requireGguf(to, arrival.path);
    }
    const [missing] = owners.keys();
    if (missing !== undefined) throw new ModelFailure(`the tar ends before ${missing}`);
    for (const name of names) await placeModel(folder, name);
    await writeLock(folder, { ...lock, ...coming });
  } finally {
    await clear();
  }
  for (const name of names) narrator.say(`${name}: imported`);
  return names;
}

async function refuseOther(folder: string, name: string, lock: Lock, coming: Lock): Promise<void> {
  const hashes = (files: readonly LockedFile[] = []) =>
    files
      .map(({ path, sha256 }) => `${path} ${sha256}`)
      .sort()
      .join();
  const there = (await modelFiles(folder, name)).length > 0;
  if (there && hashes(entryOf(lock, name)?.files) !== hashes(coming[name]?.files))
    throw taken(name, entryOf(lock, name));
}

function damaged({ path }: LockedFile, why: string): ModelFailure {
  return new ModelFailure(`${path} in the tar is not what its lock says: ${why}; nothing was imported`);
}

function notOurs(path: string | undefined): ModelFailure {
  const got = path === undefined ? 'nothing' : `'${printable(path)}'`;
  return new ModelFailure(
    `the tar must begin with ${lockName}, as 'export' writes it; it begins with ${got}`,
    {
      fix: 'unpack it and import the folder or the .gguf file',
    },
  );
}
