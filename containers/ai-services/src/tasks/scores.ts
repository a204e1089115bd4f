import { softmax, type Tensor } from '@huggingface/transformers';
import type { scorings } from './task-schemas.ts';

export interface Labelled {
  label: string;
  score: number;
}

/** A tensor's values as rows of its last dimension. */
export function rowsOf({ data, dims }: Tensor): number[][] {
  const width = dims.at(-1) ?? 1;
  const values = data as Float32Array;
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
}

export function scoresOf(logits: readonly number[], scoring: (typeof scorings)[number]): number[] {
  if (scoring === 'softmax') return softmax([...logits]) as number[];
  return scoring === 'none' ? [...logits] : logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}

/** The highest first; of equal ones, the first. */
export function best<T extends { score: number }>(scored: readonly T[], count = scored.length): T[] {
  return [...scored].sort((one, other) => other.score - one.score).slice(0, count);
}
