import { type FileHandle, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createDigester, type Digester, type Digests, digestInto, mismatch } from './digests.ts';
import { ModelFailure, Transient } from './failure.ts';
import type { Credentials, PlannedFile } from './plan.ts';
import { checkStatus, retrying } from './retry.ts';
import { reason, request, type Transport } from './transport.ts';
import { writeWhole } from './writing.ts';

export interface Download {
  file: PlannedFile;
  /** Where the bytes go; what an earlier try left there is gone on with. */
  to: string;
  /** Where it is noted which bytes those are. */
  identity: string;
  credentials?: Credentials | undefined;
  /** Bytes there are already, then as they arrive. */
  onBytes(count: number): void;
  /** Said when the server tells a size that nobody knew before. */
  onSize?(bytes: number): Promise<void>;
  denied?: () => ModelFailure;
}

/** What is known of a partial file: a different identity means different bytes. */
interface Partial {
  handle: FileHandle;
  digester: Digester;
  written: number;
  /** `ETag` of the bytes so far, where nothing better names them. */
  etag: string | undefined;
}

/** Fetches one file, across interruptions, to the end; resolves when its bytes are on disk and are the right ones. */
export async function download(transport: Transport, job: Download): Promise<Digests & { size: number }> {
  for (const path of [job.to, job.identity]) await mkdir(dirname(path), { recursive: true });
  const partial = await openPartial(job);
  job.onBytes(partial.written);
  try {
    await retrying(transport, job.file.from, () => fetchRest(transport, job, partial));
    await partial.handle.sync();
  } finally {
    await partial.handle.close();
  }
  const got = { ...partial.digester.end(), size: partial.written };
  const wrong = mismatch(job.file, got);
  if (wrong === undefined) return got;
  await Promise.all([job.to, job.identity].map((path) => rm(path, { force: true })));
  throw new ModelFailure(`${job.file.from}: what arrived is not what was promised: ${wrong}; it is deleted`, {
    fix: 'pull again; where it happens again, the source is damaged or something on the way changes it',
  });
}

async function openPartial({ file, to, identity }: Download): Promise<Partial> {
  const known = await readFile(identity, 'utf8').catch(() => undefined);
  const promised = file.sha256 ?? file.gitSha1;
  // Without a hash only the server's own mark can tell whether the rest belongs to the same bytes.
  const same = promised === undefined ? known?.startsWith('etag ') : known === promised;
  const there = await stat(to).then(
    ({ size }) => size,
    () => 0,
  );
  const usable = same === true && there <= (file.size ?? Number.POSITIVE_INFINITY);
  if (promised !== undefined) await writeFile(identity, promised);
  const handle = await open(to, usable ? 'r+' : 'w');
  const digester = createDigester(file.size);
  if (usable && there > 0) await digestInto(digester, to, () => undefined);
  const etag = usable && promised === undefined ? known?.slice(5) : undefined;
  return { handle, digester, written: usable ? there : 0, etag };
}

/** One request for what is missing. */
async function fetchRest(transport: Transport, job: Download, partial: Partial): Promise<void> {
  const { file, credentials, denied } = job;
  if (file.size !== undefined && partial.written === file.size) return;
  const stall = new AbortController();
  const headers = {
    ...(partial.written > 0 ? { range: `bytes=${partial.written}-` } : {}),
    ...(partial.written > 0 && partial.etag !== undefined ? { 'if-range': partial.etag } : {}),
  };
  const before = partial.written;
  const timer = setTimeout(() => stall.abort(), transport.stallMs);
  try {
    const response = await request(transport, file.url, { headers, credentials, signal: stall.signal });
    if (response.status === 416) await startAgain(job, partial);
    checkStatus(response.status === 416 ? new Response(null, { status: 503 }) : response, file.url, denied);
    if (!continues(response, partial)) {
      await startAgain(job, partial);
      // A piece from elsewhere in the file is of no use at its beginning.
      if (response.status === 206) throw new Transient('the server sent another part than was asked for');
    }
    await noteIdentity(job, partial, response);
    const total = totalOf(response, partial.written);
    if (file.size === undefined && total !== undefined) await job.onSize?.(total);
    const expected = file.size ?? total;
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      if (expected !== undefined && partial.written + chunk.length > expected) throw tooLong(file, expected);
      await writeWhole(partial.handle, chunk, partial.written);
      partial.digester.add(chunk);
      partial.written += chunk.length;
      job.onBytes(chunk.length);
    }
    if (expected !== undefined && partial.written < expected) {
      throw new Transient(`ended after ${partial.written} of ${expected} bytes`, {
        progressed: partial.written > before,
      });
    }
  } catch (error) {
    transport.signal.throwIfAborted();
    if (error instanceof ModelFailure || (error instanceof Transient && !stall.signal.aborted)) throw error;
    const why = stall.signal.aborted ? `no bytes for ${transport.stallMs / 1000} s` : reason(error);
    throw new Transient(why, { progressed: partial.written > before });
  } finally {
    clearTimeout(timer);
    stall.abort();
  }
}

/** Whether an answer goes on where the partial file ends. */
function continues(response: Response, { written }: Partial): boolean {
  if (written === 0 && response.status !== 206) return true;
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  return response.status === 206 && Number(start) === written;
}

async function startAgain(job: Download, partial: Partial): Promise<void> {
  await partial.handle.truncate(0);
  job.onBytes(-partial.written);
  partial.written = 0;
  partial.etag = undefined;
  partial.digester = createDigester(job.file.size);
}

async function noteIdentity(
  { file, identity }: Download,
  partial: Partial,
  response: Response,
): Promise<void> {
  if ((file.sha256 ?? file.gitSha1) !== undefined) return;
  const etag = response.headers.get('etag') ?? undefined;
  partial.etag = etag?.startsWith('"') ? etag : undefined;
  if (partial.etag === undefined) await rm(identity, { force: true });
  else await writeFile(identity, `etag ${partial.etag}`);
}

function totalOf(response: Response, written: number): number | undefined {
  const whole = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  const rest = response.headers.get('content-length');
  if (whole !== undefined) return Number(whole);
  return rest === null ? undefined : written + Number(rest);
}

function tooLong({ from }: PlannedFile, expected: number): ModelFailure {
  return new ModelFailure(`${from}: more arrives than the ${expected} bytes that were announced`);
}
