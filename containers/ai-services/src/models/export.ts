import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { Context } from './context.ts';
import { createDigester, mismatch } from './digests.ts';
import { ModelFailure } from './failure.ts';
import { inventory } from './inventory.ts';
import { type Lock, type LockedFile, lockName, lockText, readLock } from './lock.ts';
import { unknownModel } from './unknown-model.ts';

/** Writes the models given, or all that are recorded, as a tar: the lock first, so that an import can check as it reads. */
export async function exportModels(context: Context, names: readonly string[], to: Writable): Promise<void> {
  const chosen = await choose(context, names);
  const tar = pack();
  const written = pipeline(tar, to, { signal: context.transport.signal });
  const feeding = (async () => {
    tar.entry({ name: lockName, mode: 0o644 }, lockText(chosen));
    for (const file of Object.values(chosen).flatMap(({ files }) => files)) await addFile(context, tar, file);
    tar.finalize();
  })().catch((error: Error) => {
    tar.destroy(error);
    throw error;
  });
  const [, fed] = await Promise.allSettled([written, feeding]);
  if (fed.status === 'rejected') throw fed.reason;
  await written;
}

async function choose({ folder, narrator }: Context, names: readonly string[]): Promise<Lock> {
  const lock = await readLock(folder);
  const all = await inventory(folder);
  const unknown = names.find((name) => !all.some((model) => model.name === name));
  if (unknown !== undefined) throw unknownModel(unknown, Object.keys(lock));
  const unrecorded = names.find((name) => !(name in lock));
  if (unrecorded !== undefined) {
    throw new ModelFailure(`${unrecorded} is not recorded, so nobody could check it on the other machine`, {
      fix: 'import it from its file first; starter models are made on each machine',
    });
  }
  for (const { name } of all.filter(({ state }) => names.length === 0 && state === 'unmanaged')) {
    narrator.say(`${name}: left out, it is not recorded`);
  }
  const chosen = Object.entries(lock).filter(([name]) => names.length === 0 || names.includes(name));
  if (chosen.length === 0) throw new ModelFailure('there is nothing to export: no model is recorded');
  return Object.fromEntries(chosen);
}

/** Hashed on its way: what is damaged here must not travel as good. */
async function addFile({ folder, narrator, transport }: Context, tar: Pack, file: LockedFile): Promise<void> {
  const { path, size } = file;
  const entry = tar.entry({ name: path, size, mode: 0o644 });
  const digester = createDigester();
  const meter = narrator.meter(`exporting ${path}`, size);
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      digester.add(chunk);
      meter.advance(chunk.length);
      done(null, chunk);
    },
  });
  const source = createReadStream(join(folder, path), { highWaterMark: 2 ** 20 });
  await pipeline(source, hashing, entry as unknown as Writable, { signal: transport.signal })
    .catch((cause: Error) => {
      transport.signal.throwIfAborted();
      throw new ModelFailure(`${path} cannot be exported: ${cause.message}`, {
        fix: "make models ARGS='verify'",
        cause,
      });
    })
    .finally(meter.end);
  const wrong = mismatch(file, digester.end());
  if (wrong !== undefined)
    throw new ModelFailure(`${path} is damaged: ${wrong}`, { fix: 'pull it again, then export' });
}
