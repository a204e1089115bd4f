import type { Job } from './job.ts';

export const textsOf = ({ inputs }: Job) => (Array.isArray(inputs) ? inputs : [inputs]) as string[];

/** One text gives its answer, several give a list of theirs. */
export const asAsked = <T>({ inputs }: Job, answers: readonly T[]) =>
  Array.isArray(inputs) ? answers : answers[0];
