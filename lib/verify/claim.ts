import type { Service } from '../platform.ts';
import type { Observation } from './observation.ts';

export type Verdict = 'held' | 'not held' | 'not provable here';

export interface Finding {
  verdict: Verdict;
  /** What was seen, in words; where nothing could be proven, why not. */
  evidence: string;
}

/** One promise about every service's container. */
export interface Claim {
  id: string;
  title: string;
  /** What keeps the promise. */
  layer: string;
  /** From what was observed alone: nothing is tried here. */
  judge(seen: Observation, service: Service): Finding;
}

export const held = (evidence: string): Finding => ({ verdict: 'held', evidence });
export const notHeld = (evidence: string): Finding => ({ verdict: 'not held', evidence });
export const notProvable = (reason: string): Finding => ({ verdict: 'not provable here', evidence: reason });

/** Held where nothing speaks against it. */
export function unless(objections: readonly string[], evidence: string): Finding {
  return objections.length === 0 ? held(evidence) : notHeld(objections.join('; '));
}
