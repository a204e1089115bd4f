import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Artifact, answerRegistry } from './registry-under-test.ts';

/** One request as it came in. */
export interface Seen {
  at: 'hub' | 'cdn';
  method: string;
  path: string;
  range: string | undefined;
  authorization: string | undefined;
}

export interface Repository {
  files: Readonly<Record<string, Buffer>>;
  /** Files that the hub keeps apart: redirected to another host, and told with their SHA-256. */
  large?: readonly string[];
  license?: string;
  gated?: boolean;
  /** Replaces what the hub would say of itself. */
  listing?: unknown;
}

/** Something that goes wrong once: the first request whose `METHOD path` fits gets this instead. */
export interface Fault {
  when: RegExp;
  act(request: IncomingMessage, response: ServerResponse, body: Buffer): void;
}

export interface HubUnderTest {
  url: string;
  host: string;
  seen: Seen[];
  repositories: Record<string, Repository>;
  /** By `name:reference`. */
  artifacts: Record<string, Artifact>;
  faults: Fault[];
  close(): Promise<void>;
}

export const commit = 'c0ffee'.padEnd(40, '0');
export const token = 'hf_test';

/** A server that speaks the hub's and a registry's API for as much as we use of it, and a second one for large files. */
export async function startHub({ host = '127.0.0.1', port = 0 } = {}): Promise<HubUnderTest> {
  const blobs = new Map<string, Buffer>();
  const hub: HubUnderTest = {
    url: '',
    host: '',
    seen: [],
    repositories: {},
    artifacts: {},
    faults: [],
    close,
  };
  const cdn = createServer((request, response) => {
    note(hub, 'cdn', request);
    const body = blobs.get(request.url ?? '');
    if (body) answerBytes(hub, request, response, body);
    else answerText(response, 404, 'no such blob');
  });
  const front = createServer((request, response) => {
    note(hub, 'hub', request);
    const elsewhere = (body: Buffer) => {
      const path = `/blob/${sha256(body)}`;
      blobs.set(path, body);
      const name = request.headers.host?.replace(/:\d+$/, '');
      response.writeHead(302, { location: `http://${name}:${portOf(cdn)}${path}` }).end();
    };
    if (request.url?.startsWith('/v2/') || request.url?.startsWith('/token')) {
      answerRegistry(hub, request, response, elsewhere);
    } else answerHub(hub, request, response, elsewhere);
  });
  await listen(cdn, host, port === 0 ? 0 : port + 1);
  await listen(front, host, port);
  hub.host = `${host}:${portOf(front)}`;
  hub.url = `http://${hub.host}`;
  return hub;

  async function close() {
    for (const server of [front, cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

function answerHub(
  hub: HubUnderTest,
  request: IncomingMessage,
  response: ServerResponse,
  elsewhere: (body: Buffer) => void,
): void {
  const { pathname } = new URL(request.url ?? '/', hub.url);
  const [, repo = '', , path = ''] =
    /^\/(?:api\/models\/)?([^/]+\/[^/]+)\/(?:resolve|revision)\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];
  const repository = hub.repositories[repo];
  if (repository === undefined) {
    answerText(response, 404, 'Repository not found');
    return;
  }
  if (repository.gated && request.headers.authorization !== `Bearer ${token}`) {
    answerText(response, 401, 'Access to this model is restricted');
    return;
  }
  if (pathname.startsWith('/api/')) {
    if (takeFault(hub, request, response, Buffer.alloc(0))) return;
    answerText(response, 200, JSON.stringify(repository.listing ?? listing(repository)));
    return;
  }
  const body = repository.files[decodeURIComponent(path)];
  if (body === undefined) {
    answerText(response, 404, 'Entry not found');
    return;
  }
  if (repository.large?.includes(decodeURIComponent(path))) {
    elsewhere(body);
    return;
  }
  answerBytes(hub, request, response, body);
}

export function listing({ files, large = [], license }: Repository): object {
  const siblings = Object.entries(files).map(([rfilename, body]) => ({
    rfilename,
    size: body.length,
    blobId: createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex'),
    ...(large.includes(rfilename) ? { lfs: { sha256: sha256(body), size: body.length } } : {}),
  }));
  return { sha: commit, siblings, ...(license ? { cardData: { license } } : {}) };
}

/** A file with its ETag, whole or from where the client asks. */
export function answerBytes(
  hub: HubUnderTest,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  if (takeFault(hub, request, response, body)) return;
  const etag = `"${sha256(body)}"`;
  const { range, 'if-range': ifRange } = request.headers;
  const asked = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const from = ifRange === undefined || ifRange === etag ? asked : 0;
  if (from > 0 && from >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const rest = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    etag,
    'content-length': rest.length,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : rest);
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

/** Sends the beginning of a body under its full length, then cuts the line; not at once, or the client never sees it. */
export function cutAfter(bytes: number): Fault['act'] {
  return (_request, response, body) => {
    response.writeHead(200, { 'content-length': body.length, etag: `"${sha256(body)}"` });
    response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 100));
  };
}

export function answerStatus(status: number, headers: Readonly<Record<string, string>> = {}): Fault['act'] {
  return (_request, response) => {
    response.writeHead(status, headers).end();
  };
}

export function sha256(body: Buffer | string): string {
  return createHash('sha256').update(body).digest('hex');
}

export function takeFault(
  hub: HubUnderTest,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): boolean {
  const index = hub.faults.findIndex(({ when }) => when.test(`${request.method} ${request.url}`));
  const [fault] = index < 0 ? [] : hub.faults.splice(index, 1);
  fault?.act(request, response, body);
  return fault !== undefined;
}

function note(hub: HubUnderTest, at: Seen['at'], request: IncomingMessage): void {
  const { range, authorization } = request.headers;
  hub.seen.push({ at, method: request.method ?? '', path: request.url ?? '', range, authorization });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, host, resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Run by itself, for the system tests: `hub-under-test.ts PORT FILE.gguf` serves the file as `test/tiny-GGUF`. */
if (process.argv[1]?.endsWith('hub-under-test.ts') && process.argv[3] !== undefined) {
  const [, , port, file] = process.argv;
  const hub = await startHub({ host: '0.0.0.0', port: Number(port) });
  const name = 'tiny-Q4_K_M.gguf';
  const body = readFileSync(file);
  const large = Buffer.concat([body, Buffer.alloc(64 * 2 ** 20)]);
  const model = { large: [name], license: 'apache-2.0' };
  hub.repositories['test/tiny-GGUF'] = { files: { [name]: body }, ...model };
  hub.repositories['test/slow-GGUF'] = { files: { [name]: large }, ...model };
  // A part of what is asked for, and then silence: there is time to interrupt, twice.
  const part: Fault['act'] = (request, response, bytes) => {
    const from = Number(/(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 ? range : {}),
    });
    response.write(bytes.subarray(from, from + 2e7));
  };
  for (let i = 0; i < 2; i++) hub.faults.push({ when: new RegExp(`GET /blob/${sha256(large)}`), act: part });
  hub.seen.push = (...seen) => {
    for (const { method, path, range = 'whole', authorization } of seen) {
      console.log(`${method} ${path} ${range}${authorization ? ' with a token' : ''}`);
    }
    return 0;
  };
  console.log(`listening on ${hub.host}`);
  process.on('SIGTERM', () => process.exit(0));
}
