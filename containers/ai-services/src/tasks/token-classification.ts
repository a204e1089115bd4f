import { type PreTrainedTokenizer, softmax, type Tensor } from '@huggingface/transformers';
import type { Job } from './job.ts';
import { type Pipeline, pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { asAsked, textsOf } from './texts.ts';
import { wordFinder } from './word-finder.ts';
import {
  groupWords,
  labelWords,
  type ScoredToken,
  type WordStrategy,
  wordStrategies,
} from './word-labels.ts';

interface Entity {
  word: string;
  score: number;
  index?: number;
  entity?: string;
  entity_group?: string;
}

export async function findEntities(job: Job, { models, signal }: Context): Promise<unknown> {
  const run = await pipelineFor(job, models);
  const { aggregation_strategy = 'simple', ignore_labels = ['O'] } = job.parameters;
  const strategy = wordStrategies.find((each) => each === aggregation_strategy);
  const answers = await inBatches<string, unknown>(textsOf(job), signal, async (texts) => {
    if (strategy) return byWords(run, texts, strategy, ignore_labels as string[]);
    const found = (await run(texts, { aggregation_strategy, ignore_labels })) as Entity[][];
    return found.map((entities, index) => withSpans(entities, texts[index] as string));
  });
  return asAsked(job, answers);
}

/** Adds where each word stands in the text, which the pipeline does not say: each is looked for after the one before. */
function withSpans<T extends { word: string }>(entities: readonly T[], text: string) {
  const find = wordFinder(text);
  let from = 0;
  return entities.map((entity) => {
    const span = find(entity.word.replace(/^##/, ''), from);
    if (span) from = span.end;
    return { ...entity, start: span?.start ?? from, end: span?.end ?? from };
  });
}

/** The strategies that give every word one label, which transformers.js lacks. */
async function byWords(run: Pipeline, texts: string[], strategy: WordStrategy, ignored: readonly string[]) {
  const tokenizer = run.tokenizer as PreTrainedTokenizer;
  const model = run.model as unknown as ((inputs: unknown) => Promise<{ logits: Tensor }>) & {
    config: { id2label: Record<number, string> };
  };
  const encoded = tokenizer(texts, { padding: true, truncation: true });
  const rows = (await model(encoded)).logits.tolist() as number[][][];
  const ids = (encoded.input_ids as Tensor).tolist() as bigint[][];
  const { model: kind } = (tokenizer as unknown as { _tokenizerJSON: { model?: { type?: string } } })
    ._tokenizerJSON;
  return texts.map((text, at) => {
    const tokens = (ids[at] ?? []).flatMap((id, place) => {
      const word = tokenizer.decode([id], { skip_special_tokens: true });
      return word === '' ? [] : [{ id, word, scores: softmax(rows[at]?.[place] ?? []) as number[] }];
    });
    const placed: ScoredToken[] = withSpans(tokens, text).map((token) => ({
      ...token,
      // Only WordPiece marks what goes on; elsewhere it is a letter after a letter.
      goesOn:
        kind?.type === 'WordPiece'
          ? token.word.startsWith('##')
          : /^[\p{L}\p{N}]{2}/u.test(text.slice(Math.max(0, token.start - 1), token.end)) && token.start > 0,
    }));
    const words = labelWords(placed, strategy, model.config.id2label);
    return groupWords(words)
      .filter(({ entity_group }) => !ignored.includes(entity_group))
      .map(({ tokens: grouped, ...group }) => ({
        ...group,
        word: tokenizer.decode(
          grouped.map(({ id }) => id),
          { skip_special_tokens: true },
        ),
      }));
  });
}
