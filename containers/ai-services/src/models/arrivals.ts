import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { Context } from './context.ts';
import { createDigester } from './digests.ts';
import { ModelFailure } from './failure.ts';
import { printable } from './names.ts';
import { writeWhole } from './writing.ts';

/** One file of a tar that is being read. */
export interface Arrival {
  /** As the tar says it, a leading `./` taken off; not yet checked. */
  path: string;
  size: number;
  /** Its bytes; they must be read, or passed over, before the next file comes. */
  content: AsyncIterable<Uint8Array>;
}

const mostFiles = 10_000;

/** The regular files of a tar, one after the other; anything that could point elsewhere is refused. */
export async function* arrivals(input: Readable): AsyncGenerator<Arrival> {
  const reader = extract();
  input.on('error', (error) => reader.destroy(error)).pipe(reader as unknown as NodeJS.WritableStream);
  let count = 0;
  try {
    for await (const entry of reader) {
      const { name, type, size = 0 } = entry.header as Header;
      if (type === 'directory') {
        entry.resume();
        continue;
      }
      if (type !== 'file' && type !== 'contiguous-file') {
        throw new ModelFailure(`refusing ${printable(name)} in the tar: it is a ${type}, not a file`);
      }
      if (++count > mostFiles) throw new ModelFailure(`the tar has more than ${mostFiles} files`);
      yield { path: name.replace(/^(\.\/)+/, ''), size, content: entry as AsyncIterable<Uint8Array> };
    }
  } catch (error) {
    if (error instanceof ModelFailure || (error as { code?: string }).code !== undefined) throw error;
    throw new ModelFailure(`what was given cannot be read as a tar: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Puts one file on disk and returns its hash. */
export async function receive(
  context: Context,
  { path, size, content }: Arrival,
  to: string,
): Promise<{ sha256: string }> {
  await mkdir(dirname(to), { recursive: true });
  const digester = createDigester();
  const meter = context.narrator.meter(`importing ${path}`, size);
  const handle = await open(to, 'wx', 0o644);
  let written = 0;
  try {
    for await (const chunk of content) {
      context.transport.signal.throwIfAborted();
      await writeWhole(handle, chunk, written);
      digester.add(chunk);
      written += chunk.length;
      meter.advance(chunk.length);
    }
    await handle.sync();
  } finally {
    meter.end();
    await handle.close();
  }
  if (written !== size) throw new ModelFailure(`${path} ends after ${written} of ${size} bytes`);
  return digester.end();
}

/** A file's text, where it is short enough to be what it should be. */
export async function receiveText({ path, size, content }: Arrival, limit: number): Promise<string> {
  if (size > limit) throw new ModelFailure(`${path} has ${size} bytes, more than ${limit}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads past a file that is not wanted. */
export async function passOver({ content }: Arrival): Promise<void> {
  for await (const _chunk of content);
}

export function importFolder(folder: string): string {
  return join(folder, '.partial', '~import');
}
