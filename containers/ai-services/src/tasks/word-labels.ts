/**
 * Labels of words from those of their tokens, as Hugging Face's token classification has them.
 * https://github.com/huggingface/transformers/blob/main/src/transformers/pipelines/token_classification.py
 */

export const wordStrategies = ['first', 'average', 'max'] as const;
export type WordStrategy = (typeof wordStrategies)[number];

export interface ScoredToken {
  id: bigint;
  /** Of every label, by its number. */
  scores: readonly number[];
  start: number;
  end: number;
  /** It goes on with the word of the token before it. */
  goesOn: boolean;
}

interface LabelledWord {
  tokens: ScoredToken[];
  label: string;
  score: number;
}

/** The label of each word: its first token's, that of its surest token, or the best in the mean. */
export function labelWords(
  tokens: readonly ScoredToken[],
  strategy: WordStrategy,
  labels: Readonly<Record<number, string>>,
): LabelledWord[] {
  const words: ScoredToken[][] = [];
  for (const token of tokens) {
    if (token.goesOn && words.length > 0) words.at(-1)?.push(token);
    else words.push([token]);
  }
  return words.map((word) => {
    const scores = chosenScores(word, strategy);
    const score = Math.max(...scores);
    const id = scores.indexOf(score);
    return { tokens: word, label: labels[id] ?? `LABEL_${id}`, score };
  });
}

function chosenScores(word: readonly ScoredToken[], strategy: WordStrategy): readonly number[] {
  const [first] = word as [ScoredToken];
  if (strategy === 'first') return first.scores;
  if (strategy === 'max') {
    const surest = word.map(({ scores }) => Math.max(...scores));
    return word[surest.indexOf(Math.max(...surest))]?.scores ?? [];
  }
  return first.scores.map(
    (_, id) => word.reduce((sum, { scores }) => sum + (scores[id] ?? 0), 0) / word.length,
  );
}

/** Neighbours with one label become one entity; `B-` begins another. */
export function groupWords(words: readonly LabelledWord[]) {
  const groups: LabelledWord[][] = [];
  for (const word of words) {
    const [before] = groups.at(-1)?.slice(-1) ?? [];
    const goesOn =
      before !== undefined && tagOf(before.label) === tagOf(word.label) && !word.label.startsWith('B-');
    if (goesOn) groups.at(-1)?.push(word);
    else groups.push([word]);
  }
  return groups.map((group) => {
    const tokens = group.flatMap((word) => word.tokens);
    return {
      entity_group: tagOf(group[0]?.label ?? ''),
      score: group.reduce((sum, { score }) => sum + score, 0) / group.length,
      tokens,
      start: tokens[0]?.start ?? 0,
      end: tokens.at(-1)?.end ?? 0,
    };
  });
}

function tagOf(label: string): string {
  return label.replace(/^[BI]-/, '');
}
