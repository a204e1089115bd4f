import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Context } from './context.ts';
import { planFromHub } from './hub.ts';
import { type HubUnderTest, startHub } from './hub-under-test.ts';
import { type Outcome, pull } from './pull.ts';
import { parseSource } from './source.ts';
import type { Transport } from './transport.ts';

/** A models folder, a hub, and what the verbs work with; the clock stands still. */
export interface Workplace extends Context {
  server: HubUnderTest;
  /** What was said, line by line. */
  said: string[];
  /** Milliseconds of every wait. */
  waits: number[];
  stop: AbortController;
  put(path: string, body: string | Buffer): void;
  read(path: string): Buffer;
}

/** A model file of so many bytes, different for each seed. */
export function gguf(seed: string, size = 5000): Buffer {
  return Buffer.from('GGUF'.padEnd(size, `${seed} `));
}

export async function withWorkplace(
  work: (place: Workplace) => Promise<void>,
  { token, ...changes }: Partial<Pick<Transport, 'stallMs' | 'plainHosts'>> & { token?: string } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-models-'));
  const server = await startHub();
  const stop = new AbortController();
  const said: string[] = [];
  const waits: number[] = [];
  const say = (line: string) => {
    said.push(line);
  };
  const transport: Transport = {
    fetch: (url, init) => fetch(url.href, init),
    sleep: async (milliseconds) => waits.push(milliseconds),
    signal: stop.signal,
    stallMs: 10_000,
    tries: 4,
    plainHosts: [],
    say,
    ...changes,
  };
  const meter = () => ({ advance: () => undefined, total: () => undefined, end: () => undefined });
  const place: Workplace = {
    folder,
    transport,
    hub: { endpoint: server.url, token },
    narrator: { say, meter },
    now: () => '2026-01-02T03:04:05.000Z',
    server,
    said,
    waits,
    stop,
    put: (path, body) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), body);
    },
    read: (path) => readFileSync(join(folder, path)),
  };
  try {
    await work(place);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The repository `a/tiny-GGUF` with one large file. */
export const tiny = {
  name: 'tiny-Q4_K_M',
  file: 'tiny-Q4_K_M.gguf',
  path: 'gguf/tiny-Q4_K_M.gguf',
  body: gguf('tiny'),
};

export function offerTiny(place: Workplace, bytes = tiny.body): void {
  const { file } = tiny;
  place.server.repositories['a/tiny-GGUF'] = { files: { [file]: bytes }, large: [file], license: 'mit' };
}

export async function pullFromHub(
  place: Workplace,
  text: string,
  options: { name?: string; force?: boolean } = {},
): Promise<Outcome> {
  const source = parseSource(text);
  if (source.kind !== 'hub') throw new Error('not the hub');
  return pull(place, await planFromHub(place.transport, place.hub, source, options.name), options);
}
