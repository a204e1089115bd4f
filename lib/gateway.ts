import { messageOf } from './failure.ts';
import type { Platform } from './platform.ts';
import { waitFor } from './wait.ts';

export interface ServiceState {
  ready: boolean;
  [detail: string]: unknown;
}

export interface GatewayState {
  ready: boolean;
  services: Readonly<Record<string, ServiceState>>;
}

export function gatewayUrl({ ip, hostPort }: Platform['published']): string {
  return `http://${ip === '0.0.0.0' ? '127.0.0.1' : ip}:${hostPort}`;
}

/** A machine that is busy starting may take long over it; where nobody listens yet, that is said at once. */
const answerMs = 30_000;

/** What /readyz says; an error's message where nobody answers. */
export async function readGateway(url: string): Promise<GatewayState | string> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(answerMs) });
    return (await answer.json()) as GatewayState;
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause;
    return cause?.code ?? messageOf(error);
  }
}

/** Waits until every service is ready; says meanwhile, and at the deadline, which are not. */
export async function waitUntilReady(
  url: string,
  timeoutMs: number,
  note: (text: string) => void,
): Promise<number> {
  let missing = 'the gateway';
  const wait = {
    get what() {
      return `${missing} behind ${url}`;
    },
    timeoutMs,
    fix: 'make logs',
  };
  return waitFor(wait, async () => {
    const state = await readGateway(url);
    if (typeof state === 'string') {
      missing = `the gateway (${state})`;
    } else {
      const names = Object.entries(state.services);
      if (state.ready) return names.length;
      missing = names
        .filter(([, service]) => !service.ready)
        .map(([name]) => name)
        .join(', ');
    }
    note(`waiting for ${missing}`);
    return undefined;
  });
}
