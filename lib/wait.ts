import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';

export interface Wait {
  /** What is waited for, as it would end the sentence "gave up waiting for …". */
  what: string;
  timeoutMs: number;
  everyMs?: number;
  fix?: string;
}

/** Polls until `probe` gives a value; `undefined` means not yet. The deadline's error says what was missing. */
export async function waitFor<T>(wait: Wait, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + wait.timeoutMs;
  for (;;) {
    const asked = Date.now();
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() >= deadline) {
      throw new Failure(`gave up waiting for ${wait.what} after ${Math.round(wait.timeoutMs / 1000)} s`, {
        ...(wait.fix ? { fix: wait.fix } : {}),
      });
    }
    // Half of the time at most goes into asking, however slow the machine: what is waited for needs it too.
    await sleep(Math.max(wait.everyMs ?? 250, Date.now() - asked));
  }
}
