import { ModelFailure, Transient } from './failure.ts';
import { reason, type Transport } from './transport.ts';

const firstDelay = 1000;
const longestDelay = 30_000;
/** A server that wants more patience than this many milliseconds is told to the user instead. */
const longestWish = 600_000;

/** Repeats `work` while what it throws is transient: waits longer each time, or as long as the server asked. */
export async function retrying<T>(transport: Transport, what: string, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      transport.signal.throwIfAborted();
      if (!(error instanceof Transient)) throw error;
      if (error.progressed) failures = 1;
      const delay = error.retryAfter ?? Math.min(firstDelay * 2 ** (failures - 1), longestDelay);
      if (failures >= transport.tries || delay > longestWish) {
        throw new ModelFailure(`${what}: ${error.message}; gave up after ${count(failures)}`, {
          fix: 'check the network (behind a proxy: HTTPS_PROXY, --network host); the same command goes on where this one stopped',
        });
      }
      transport.say(`${what}: ${error.message}; trying again in ${Math.ceil(delay / 1000)} s`);
      await transport.sleep(delay, transport.signal);
    }
  }
}

/** Passes an answer on, or throws what its status means. */
export function checkStatus(response: Response, url: string, denied?: () => ModelFailure): Response {
  const { status } = response;
  if (response.ok) return response;
  const where = `${new URL(url).host}${new URL(url).pathname}`;
  response.body?.cancel().catch(() => undefined);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw new Transient(`answered ${status}`, { retryAfter: retryAfter(response) });
  }
  if ((status === 401 || status === 403) && denied) throw denied();
  const meaning =
    status === 404 || status === 410 ? 'there is no such file' : `the server answered ${status}`;
  throw new ModelFailure(`${where}: ${meaning}`);
}

/** An answer's body as text, its number of bytes bounded. */
export async function boundedText(response: Response, limit: number, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > limit) throw new ModelFailure(`${what}: an answer of more than ${limit} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ModelFailure ? error : new Transient(reason(error));
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `Retry-After` in milliseconds: seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value) - Date.parse(response.headers.get('date') ?? new Date().toUTCString());
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}

function count(failures: number): string {
  return failures === 1 ? 'one try' : `${failures} tries`;
}
