import { poolings } from './model-index.ts';
import type { TaskName } from './task-names.ts';
import { wordStrategies } from './word-labels.ts';

/** Most inputs of one request, and most characters of one text. */
export const limits = { items: 256, characters: 200_000 } as const;

/** What makes scores of a classifier's figures. */
export const scorings = ['softmax', 'sigmoid', 'none'] as const;

const text = { type: 'string', minLength: 1, maxLength: limits.characters } as const;
const texts = { anyOf: [text, { type: 'array', items: text, minItems: 1, maxItems: limits.items }] } as const;
const whole = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum }) as const;
const share = { type: 'number', minimum: 0, maximum: 1 } as const;
const flag = { type: 'boolean' } as const;
const labels = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 500 },
  minItems: 1,
  maxItems: 100,
} as const;
const template = { type: 'string', pattern: '\\{\\}', maxLength: 500 } as const;
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

/** Where an image's bytes come from; bytes sent as such stand here as `{}` already. */
export const imageInput = {
  anyOf: [
    { type: 'string', minLength: 1 },
    object({ file_id: { type: 'string', pattern: '^file-[\\w-]{1,64}$' } }, ['file_id']),
    object({ image: { type: 'string', minLength: 1 } }, ['image']),
    object({ part: whole(0, limits.items) }, ['part']),
  ],
} as const;
const images = {
  anyOf: [...imageInput.anyOf, { type: 'array', items: imageInput, minItems: 1, maxItems: limits.items }],
} as const;

const generation = {
  max_length: whole(1, 4096),
  min_length: whole(0, 4096),
  max_new_tokens: whole(1, 4096),
  temperature: { type: 'number', minimum: 0.01, maximum: 10 },
  top_k: whole(0, 1000),
  do_sample: flag,
  repetition_penalty: { type: 'number', exclusiveMinimum: 0, maximum: 10 },
};
const question = object({ question: { ...text, maxLength: 1000 }, context: text }, ['question', 'context']);
const classification = { top_k: whole(1, 1000) };

/** JSON schemas of `inputs` and `parameters` by task, in the words of Hugging Face's inference API. */
const schemas: Readonly<Record<TaskName, { inputs: object; parameters: object; needs?: true }>> = {
  'text-classification': {
    inputs: texts,
    parameters: object({ ...classification, function_to_apply: { enum: scorings } }),
  },
  'zero-shot-classification': {
    inputs: texts,
    parameters: object({ candidate_labels: labels, multi_label: flag, hypothesis_template: template }, [
      'candidate_labels',
    ]),
    needs: true,
  },
  'token-classification': {
    inputs: texts,
    parameters: object({
      aggregation_strategy: { enum: ['none', 'simple', ...wordStrategies] },
      ignore_labels: { type: 'array', items: { type: 'string' }, maxItems: 100 },
    }),
  },
  'question-answering': {
    inputs: {
      anyOf: [question, { type: 'array', items: question, minItems: 1, maxItems: limits.items }],
    },
    parameters: object({ top_k: whole(1, 100) }),
  },
  summarization: {
    inputs: texts,
    parameters: object({ ...generation, generate_parameters: object(generation) }),
  },
  translation: {
    inputs: texts,
    parameters: object({
      ...generation,
      generate_parameters: object(generation),
      src_lang: { type: 'string', maxLength: 20 },
      tgt_lang: { type: 'string', maxLength: 20 },
    }),
  },
  'fill-mask': {
    inputs: texts,
    parameters: object({ top_k: whole(1, 1000), targets: { anyOf: [labels.items, labels] } }),
  },
  'feature-extraction': {
    inputs: texts,
    parameters: object({ normalize: flag, truncate: flag, pooling: { enum: poolings } }),
  },
  'sentence-similarity': {
    inputs: object(
      {
        source_sentence: text,
        sentences: { type: 'array', items: text, minItems: 1, maxItems: limits.items },
      },
      ['source_sentence', 'sentences'],
    ),
    parameters: object({}),
  },
  'text-ranking': {
    inputs: object(
      { query: text, texts: { type: 'array', items: text, minItems: 1, maxItems: limits.items } },
      ['query', 'texts'],
    ),
    parameters: object({ top_n: whole(1, limits.items), raw_scores: flag, return_text: flag }),
  },
  'image-classification': { inputs: images, parameters: object(classification) },
  'zero-shot-image-classification': {
    inputs: images,
    parameters: object({ candidate_labels: labels, hypothesis_template: template }, ['candidate_labels']),
    needs: true,
  },
  'object-detection': { inputs: images, parameters: object({ threshold: share }) },
  'image-segmentation': {
    inputs: images,
    parameters: object({
      threshold: share,
      mask_threshold: share,
      overlap_mask_area_threshold: share,
    }),
  },
  'depth-estimation': { inputs: images, parameters: object({}) },
  'image-to-text': {
    inputs: images,
    parameters: object({ ...generation, generate_parameters: object(generation) }),
  },
  'image-feature-extraction': { inputs: images, parameters: object({ pool: flag }) },
};

/** Schema of a whole request body. `options` is what Hugging Face's own clients may add; it has no meaning here. */
export function requestSchema(task: TaskName): object {
  const { inputs, parameters, needs } = schemas[task];
  return object(
    {
      model: { type: 'string', minLength: 1, maxLength: 200 },
      inputs,
      parameters,
      options: { type: 'object' },
    },
    needs ? ['inputs', 'parameters'] : ['inputs'],
  );
}
