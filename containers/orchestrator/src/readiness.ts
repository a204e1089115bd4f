import type { Readiness } from '../../base/kit/app.ts';
import type { GetJson } from './listing.ts';

/** The state of every service, asked side by side; ready where all are. */
export async function readinessOf(
  services: Readonly<Record<string, string>>,
  getJson: GetJson,
): Promise<Readiness> {
  const states = await Promise.all(
    Object.entries(services).map(async ([name, url]) => {
      const state = await getJson(`${url}/readyz`).catch((error: Error) => ({
        ready: false,
        reason: error.message,
      }));
      // Which models there are is for those who have the key.
      const { models: _, ...open } = state as Readiness;
      return [name, open as Readiness] as const;
    }),
  );
  return { ready: states.every(([, state]) => state.ready), services: Object.fromEntries(states) };
}
