import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers';
import { type Dispatcher, request as send } from 'undici';
import { ApiError, unavailable } from '../../base/kit/errors.ts';

export interface Leases {
  /**
   * Where the model answers, loaded and kept in memory until `release`. `again` distrusts what is known: the model's
   * process did not answer there.
   */
  acquire(model: string, signal: AbortSignal, again?: boolean): Promise<{ url: string; release(): void }>;
}

interface Held {
  url: Promise<string>;
  users: number;
  close(): void;
}

/** Requests that follow each other closely share a lease: asking for one costs a round trip. */
const lingerMs = 1000;

/**
 * Leases of language models from their supervisor. A lease is a connection that stays open: it ends with this process
 * at the latest, and the supervisor ends it when the model's process is gone.
 */
export function createLeases(supervisorUrl: string, dispatcher: Dispatcher): Leases {
  const leases = new Map<string, Held>();

  const open = (model: string): Held => {
    const ending = new AbortController();
    const forget = () => {
      if (leases.get(model) === held) leases.delete(model);
    };
    const held: Held = {
      url: ask(supervisorUrl, model, dispatcher, ending.signal, forget),
      users: 0,
      close: () => {},
    };
    held.close = () => {
      forget();
      ending.abort();
    };
    held.url.catch(forget);
    leases.set(model, held);
    return held;
  };

  return {
    acquire: async (model, signal, again = false) => {
      signal.throwIfAborted();
      if (again) leases.delete(model);
      const held = leases.get(model) ?? open(model);
      held.users++;
      let released = false;
      const release = () => {
        if (released) return;
        released = true;
        held.users--;
        if (held.users === 0) setTimeout(() => held.users === 0 && held.close(), lingerMs).unref();
      };
      signal.addEventListener('abort', release, { once: true });
      try {
        return { url: await held.url, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

async function ask(
  supervisorUrl: string,
  model: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
  ended: () => void,
): Promise<string> {
  const answer = await send(`${supervisorUrl}/v1/leases`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model }),
    // The connection lives as long as the lease, silent after its first line; loading a model may take minutes.
    bodyTimeout: 0,
    headersTimeout: 0,
    reset: true,
    signal,
  }).catch((cause: unknown) => {
    throw unavailable('the service of the language models', cause);
  });
  if (answer.statusCode !== 200) throw await refusal(answer);
  answer.body.once('close', ended);
  answer.body.on('error', () => undefined);
  const port = await firstLine(answer.body);
  return `http://${new URL(supervisorUrl).hostname}:${port}`;
}

/** The port that the first line names; a lease that ends before it has one is none. */
function firstLine(body: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    body.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const port = /^\{.*"port":(\d+).*\}\n/.exec(text)?.[1];
      if (port) resolve(Number(port));
    });
    body.once('close', () => reject(unavailable('the model')));
  });
}

/** The supervisor's own words, status and all. */
async function refusal(answer: Dispatcher.ResponseData): Promise<ApiError> {
  const { error } = (await answer.body.json()) as {
    error: { message: string; code: string; param: string | null };
  };
  const retryAfter = Number(answer.headers['retry-after']);
  return new ApiError(answer.statusCode, error.code, error.message, {
    param: error.param,
    ...(retryAfter > 0 ? { retryAfter } : {}),
  });
}
