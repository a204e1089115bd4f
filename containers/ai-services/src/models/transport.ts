import { setTimeout as wait } from 'node:timers/promises';
import { ModelFailure, Transient } from './failure.ts';
import type { Credentials } from './plan.ts';

/** What touches the network and the clock, so that tests can stand in for either. */
export interface Transport {
  fetch(url: URL, init: RequestInit): Promise<Response>;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
  /** Aborts everything: the user wants out. */
  signal: AbortSignal;
  /** Milliseconds without an answer or a byte after which a request is broken off and tried again. */
  stallMs: number;
  /** Failures in a row, without a byte between them, after which a download is given up. */
  tries: number;
  /** Host names that may be asked without encryption, beside this machine; all of them with --insecure-http. */
  plainHosts: readonly string[] | 'all';
  say(line: string): void;
}

export function createTransport(options: Pick<Transport, 'signal' | 'plainHosts' | 'say'>): Transport {
  const sleep = (milliseconds: number, signal: AbortSignal) => wait(milliseconds, undefined, { signal });
  return { fetch: (url, init) => fetch(url, init), sleep, stallMs: 60_000, tries: 6, ...options };
}

export interface Ask {
  method?: 'GET' | 'HEAD';
  headers?: Readonly<Record<string, string>>;
  credentials?: Credentials | undefined;
  signal?: AbortSignal;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 10;

/** One request, redirects followed by hand: credentials go to their own host alone, and never back to plain HTTP. */
export async function request(transport: Transport, url: string, ask: Ask = {}): Promise<Response> {
  let at = new URL(url);
  allowPlain(transport, at);
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await send(transport, at, ask);
    const location = response.headers.get('location');
    if (!redirects.has(response.status) || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, at.href)) throw new ModelFailure(`${at.host} redirects to no address`);
    const next = new URL(location, at);
    if (next.protocol !== 'https:' && (at.protocol === 'https:' || next.protocol !== 'http:')) {
      throw new ModelFailure(`${at.host} redirects to ${next.protocol}//${next.host}, which is not https`);
    }
    allowPlain(transport, next);
    at = next;
  }
  throw new ModelFailure(`${new URL(url).host} redirects more than ${maxRedirects} times`);
}

async function send(transport: Transport, at: URL, ask: Ask): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), transport.stallMs);
  const signals = [transport.signal, silence.signal, ...(ask.signal ? [ask.signal] : [])];
  const credentials = ask.credentials?.host === at.host ? ask.credentials : undefined;
  try {
    return await transport.fetch(at, {
      method: ask.method ?? 'GET',
      redirect: 'manual',
      signal: AbortSignal.any(signals),
      headers: {
        // Ranges and sizes are those of the file itself.
        'accept-encoding': 'identity',
        'user-agent': 'ai-semble',
        ...ask.headers,
        ...(credentials ? { authorization: credentials.authorization } : {}),
      },
    });
  } catch (error) {
    transport.signal.throwIfAborted();
    const why = silence.signal.aborted ? `no answer for ${transport.stallMs / 1000} s` : reason(error);
    throw new Transient(`${at.host}: ${why}`);
  } finally {
    clearTimeout(timer);
  }
}

/** What a fetch that failed means; undici hides it one level down. */
export function reason(error: unknown): string {
  const cause = (error as { cause?: Error }).cause;
  return cause?.message || (error as Error).message;
}

function allowPlain({ plainHosts }: Transport, url: URL): void {
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || loopback || plainHosts === 'all' || plainHosts.includes(url.hostname))
    return;
  throw new ModelFailure(
    `${url.protocol}//${url.host} is not encrypted: anybody on the way could read and change it`,
    {
      exit: 2,
      fix: 'use https, or say --insecure-http where you trust the network',
    },
  );
}
