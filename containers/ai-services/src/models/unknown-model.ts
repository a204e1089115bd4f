import { ModelFailure } from './failure.ts';
import { printable } from './names.ts';

/** There is no such model; those are named whose spelling is nearest. */
export function unknownModel(name: string, known: readonly string[]): ModelFailure {
  const near = known
    .map((candidate) => ({ candidate, shared: likeness(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ shared }) => shared >= 0.3)
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 3)
    .map(({ candidate }) => printable(candidate));
  const all = known.slice(0, 20).map(printable).join(', ');
  const fix = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there is: ${all || 'none'}`;
  return new ModelFailure(`there is no model '${printable(name)}'`, { fix });
}

/** Pairs of neighbouring letters that two words share, as a part of all. */
function likeness(a: string, b: string): number {
  const pairs = (word: string) =>
    new Set(Array.from({ length: word.length - 1 || 1 }, (_, i) => word.slice(i, i + 2)));
  const [left, right] = [pairs(a), pairs(b)];
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return (2 * shared) / (left.size + right.size);
}
