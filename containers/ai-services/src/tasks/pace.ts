/** How fast jobs have ended lately, to tell those that must wait how long. */
export interface Pace {
  /** There is work again, after there was none. */
  start(): void;
  ended(): void;
  /** Seconds until so many jobs have ended, at that pace; whole, one at least. */
  secondsFor(jobs: number): number;
}

/** Ends that are remembered. */
const remembered = 32;

/** `longestSeconds` is what no estimate goes beyond; `now` is in milliseconds. */
export function createPace(longestSeconds: number, now = () => performance.now()): Pace {
  const ends: number[] = [];
  let busySince = now();
  return {
    start: () => {
      ends.length = 0;
      busySince = now();
    },
    ended: () => {
      ends.push(now());
      if (ends.length > remembered) busySince = ends.shift() as number;
    },
    secondsFor: (jobs) => {
      // Counted up to now: where nothing has ended for long, the wait is long.
      const perJob = (now() - busySince) / Math.max(1, ends.length);
      return Math.min(Math.max(1, Math.ceil((jobs * perJob) / 1000)), longestSeconds);
    },
  };
}
