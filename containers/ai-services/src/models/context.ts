import type { Hub } from './hub.ts';
import type { Narrator } from './narration.ts';
import type { Transport } from './transport.ts';

/** What the verbs work with. */
export interface Context {
  /** Where the models volume is mounted. */
  folder: string;
  transport: Transport;
  hub: Hub;
  narrator: Narrator;
  /** ISO 8601. */
  now(): string;
}
