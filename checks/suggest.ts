import { nearest } from '../lib/nearest.ts';

/** Suggests the nearest of the names, but not for ever: a file full of nonsense is not worth the time. */
export function suggester(names: readonly string[], most = 10): (word: string) => string | undefined {
  let left = most;
  return (word) => (word.length > 64 || left-- <= 0 ? undefined : nearest(word, names));
}

/** `; did you mean 'read'?` or nothing. */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? '' : `; did you mean '${near}'?`;
}
