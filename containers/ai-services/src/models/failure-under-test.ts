import type { ModelFailure } from './failure.ts';

/** What a piece of work fails with; that it succeeds is a failure of the test. */
export async function failureOf(work: () => unknown): Promise<ModelFailure> {
  try {
    await work();
  } catch (error) {
    return error as ModelFailure;
  }
  throw new Error('it did not fail');
}
