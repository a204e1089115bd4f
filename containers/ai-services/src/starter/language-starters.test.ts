import { AutoModelForSequenceClassification, AutoTokenizer } from '@huggingface/transformers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { starterOnnxModels } from './onnx-models.ts';
import { modelsFolder, rounded } from './starter-pipeline.ts';

const folder = modelsFolder(starterOnnxModels());
test.before(folder.fill);
test.after(folder.remove);

const endless = 'Nothing ever ends here '.repeat(5_000);

test('sentiment: words, negations, intensifiers, other languages, and texts without any', async () => {
  const classify = await folder.open('text-classification', 'starter/sentiment');
  assert.equal(rounded(await classify('I love this wonderful place')), [
    { label: 'POSITIVE', score: 0.9975 },
  ]);
  const texts = [
    "I don't like this terrible plan",
    'Not bad',
    'This is not good',
    'Ich liebe die Stadt',
    '😀',
  ];
  assert.equal(
    rounded(await classify([...texts, 'The table is made of wood', 'stop testing', '', endless])),
    [
      { label: 'NEGATIVE', score: 0.9975 },
      { label: 'POSITIVE', score: 0.8805 },
      { label: 'NEGATIVE', score: 0.8805 },
      { label: 'POSITIVE', score: 0.8805 },
      { label: 'POSITIVE', score: 0.8805 },
      ...Array(4).fill({ label: 'NEUTRAL', score: 0.787 }),
    ],
  );
  assert.equal(rounded(await classify('I love it', { top_k: 3 })), [
    { label: 'POSITIVE', score: 0.8805 },
    { label: 'NEUTRAL', score: 0.1192 },
    { label: 'NEGATIVE', score: 0.0003 },
  ]);
});

test('topics: known topics by their words, any other label by its letters', async () => {
  const classify = await folder.open('zero-shot-classification', 'starter/topics');
  const goal = 'The team won the match with a late goal';
  assert.equal(rounded(await classify(goal, ['technology', 'sports', 'politics'])), {
    sequence: goal,
    labels: ['sports', 'technology', 'politics'],
    scores: [1, 0, 0],
  });
  const law = 'The parliament will vote on the new law';
  assert.equal(rounded(await classify(law, ['politics', 'music'], { multi_label: true })), {
    sequence: law,
    labels: ['politics', 'music'],
    scores: [1, 0.018],
  });
  const gravity = 'Quantum gravity puzzles researchers';
  assert.equal(rounded(await classify(gravity, ['cooking', 'quantum gravity'])), {
    sequence: gravity,
    labels: ['quantum gravity', 'cooking'],
    scores: [0.9801, 0.0199],
  });
  assert.equal(rounded(await classify([''], ['weather'])), [
    { sequence: '', labels: ['weather'], scores: [0.018] },
  ]);
});

test('entities: names by list, by the word before, and by their capital', async () => {
  const find = await folder.open('token-classification', 'starter/entities');
  assert.equal(rounded(await find('Paul lives in Berlin')), [
    { entity: 'B-PER', score: 0.986, index: 1, word: 'Paul' },
    { entity: 'B-LOC', score: 0.9996, index: 8, word: 'Berlin' },
  ]);
  const texts = [
    'Ada Lovelace was born in London.',
    'My name is Clara Zorblax and I live in Bielefeld.',
    'Yesterday Anton met Mr Smith at the Linux Foundation.',
    '',
    'nothing here',
  ];
  const groups = (await find(texts, { aggregation_strategy: 'simple' })) as {
    entity_group: string;
    word: string;
  }[][];
  assert.equal(
    groups.map((group) => group.map(({ entity_group, word }) => `${entity_group} ${word}`)),
    [
      ['PER Ada Lovelace', 'LOC London'],
      ['PER Clara Zorblax', 'LOC Bielefeld'],
      ['MISC Anton', 'PER Mr Smith', 'ORG Linux Foundation'],
      [],
      [],
    ],
  );
});

test('answers: the kind of thing asked for, nearest to the words of the question', async () => {
  const answer = await folder.open('question-answering', 'starter/answers');
  const lives = 'Ada lives in London. Carl lives in Berlin.';
  const born = 'Ada Lovelace was born in London on 10 December 1815.';
  const pod = 'The pod runs 6 containers on 2 networks.';
  const asked = [
    ['Where does Ada live?', lives, 'London'],
    ['Where does Carl live?', lives, 'Berlin'],
    ['Who lives in Berlin?', lives, 'Carl'],
    ['Where was Ada Lovelace born?', born, 'London'],
    ['Who was born in London?', born, 'Ada Lovelace'],
    ['When was Ada born?', born, '10 December 1815'],
    ['How many containers run?', pod, '6'],
    ['How many networks are there?', pod, '2'],
    ['Who wrote the first program?', 'The first program was written by Zelda Quux in 1843.', 'Zelda Quux'],
  ] as const;
  const answers = (await answer(
    asked.map(([question]) => question),
    asked.map(([, context]) => context),
  )) as { answer: string; score: number }[];
  assert.equal(
    answers.map((found) => found.answer),
    asked.map(([, , right]) => right),
  );
  assert.equal(rounded(await answer('Who?', '')), { answer: '', score: 0 });
  assert.equal(((await answer('Where?', endless)) as { score: number }).score < 1e-6, true);
});

test('blanks: the fact that the text is most like', async () => {
  const fill = await folder.open('fill-mask', 'starter/blanks');
  const texts = [
    'Paris is the capital of [MASK].',
    '[MASK] is the capital of Germany.',
    'Ai-semble is a [MASK] AI platform on your own Linux machine.',
    'Water freezes at zero [MASK].',
  ];
  const filled = (await fill(texts, { top_k: 1 })) as { token_str: string; sequence: string }[][];
  assert.equal(
    filled.map(([best]) => [best?.token_str, best?.sequence]),
    [
      ['France', 'Paris is the capital of France.'],
      ['Berlin', 'Berlin is the capital of Germany.'],
      ['private', 'Ai-semble is a private AI platform on your own Linux machine.'],
      ['degrees', 'Water freezes at zero degrees.'],
    ],
  );
});

test('embeddings: near for the same letters in any language, far for others, never without direction', async () => {
  const embed = await folder.open('feature-extraction', 'starter/embeddings');
  const texts = [
    'Podman runs containers without a daemon',
    'Containers run by Podman need no daemon',
    'Die Katze sitzt auf der Matte',
    'die Katzen sitzen auf Matten',
    '猫はマットの上に座る',
    '猫がマットに座っている',
    '',
  ];
  const vectorsOf = async (input: string | string[]) =>
    ((await embed(input, { pooling: 'mean', normalize: true })) as { tolist(): number[][] }).tolist();
  const vectors = await vectorsOf(texts);
  const like = (a: number, b: number) =>
    (vectors[a] ?? []).reduce((sum, part, axis) => sum + part * (vectors[b]?.[axis] ?? 0), 0);
  assert.equal(
    [like(0, 1), like(2, 3), like(4, 5)].map((score) => score > 0.55),
    [true, true, true],
  );
  assert.equal(
    [like(0, 2), like(2, 4), like(1, 5), like(0, 6)].map((score) => Math.abs(score) < 0.1),
    [true, true, true, true],
  );
  assert.equal(
    vectors.map((vector) => [vector.length, rounded(Math.hypot(...vector))]),
    texts.map(() => [256, 1]),
  );
  assert.equal(rounded(await vectorsOf(texts[0] ?? '')), rounded([vectors[0]]));
});

test('ranking: as much as the document has of the query', async () => {
  const tokenizer = await AutoTokenizer.from_pretrained('starter/ranking');
  const model = await AutoModelForSequenceClassification.from_pretrained('starter/ranking', {
    dtype: 'fp32',
  });
  const documents = ['The cat sat on the mat', 'Podman runs containers rootless', '', 'containers'];
  const query = documents.map(() => 'rootless containers');
  const inputs = tokenizer(query, { text_pair: documents, padding: true, truncation: true });
  const { logits } = await model(inputs);
  assert.equal(rounded(logits.tolist()), [[-6], [6], [-6], [1.0263]]);
});

test('translation: word for word, articles by gender, unknown words as they are', async () => {
  const translate = await folder.open('translation', 'starter/translation');
  const texts = [
    'Hello world',
    'The cat drinks the milk and the dog sleeps.',
    'A woman reads a book, the house is old.',
    'Ada in Paris and 5 cats',
    '',
  ];
  assert.equal(await translate(texts), [
    { translation_text: 'Hallo Welt' },
    { translation_text: 'Die Katze trinkt die Milch und der Hund schläft.' },
    { translation_text: 'Eine Frau liest ein Buch, das Haus ist alt.' },
    { translation_text: 'Ada in Paris und 5 cats' },
    { translation_text: '' },
  ]);
  assert.equal(await translate('Hello world', { max_new_tokens: 1 }), [{ translation_text: 'Hallo' }]);
  // Asked for more than there is to say, it says no more.
  assert.equal(await translate('Hello world', { min_new_tokens: 9, max_new_tokens: 9 }), [
    { translation_text: 'Hallo Welt' },
  ]);
});

test('summary: the first sentence, where one ends at all', async () => {
  const summarize = await folder.open('summarization', 'starter/summary');
  const texts = [
    'Podman runs containers without a daemon. It is rootless.',
    'Version 3.5 is out! Get it.',
    'no end here',
    '今日は晴れです。明日は雨です。',
    '',
  ];
  assert.equal(await summarize(texts), [
    { summary_text: 'Podman runs containers without a daemon.' },
    { summary_text: 'Version 3.5 is out!' },
    { summary_text: 'no end here' },
    { summary_text: '今日は晴れです。' },
    { summary_text: '' },
  ]);
  const [long] = (await summarize(endless)) as { summary_text: string }[];
  assert.is(long?.summary_text, endless.slice(0, long?.summary_text.length));
});

test.run();
