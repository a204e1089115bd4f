import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nextTokenTable, noPicture, pictureIs, vocabulary } from './picture-answers.ts';
import { starterVisionLanguageModel } from './vision-language-model.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('the vision starter is the same bytes on every machine', () => {
  const { model, projector } = starterVisionLanguageModel();
  assert.equal([model.length, projector.length], [1_492_928, 18_144]);
  assert.is(sha256(model), '3860e4cfe58ec525a6004c52b9e95371966e6176a4fa541234fb28b7b9fc247a');
  assert.is(sha256(projector), 'cefd13ad528401c998a05f789b0c281b93d3975296d443bcf372ad22334e5c3d');
});

test('its two sentences share no word: the model knows only the word before', () => {
  const words = `${noPicture} ${pictureIs('red')}`.match(/\w+/g) ?? [];
  assert.is(new Set(words).size, words.length);
});

/** What the table answers to these colours, as the attention hands them over: each from 0 to a half. */
function answer(picture: { seen: number; red: number; green: number; blue: number }): string {
  const tokens = vocabulary();
  const size = tokens.length + 4;
  const table = nextTokenTable(tokens, size);
  const state = [picture.seen, picture.red, picture.green, picture.blue];
  const loudness = (from: number, to: number) =>
    state.reduce(
      (sum, feature, index) => sum + feature * (table[to * size + tokens.length + index] ?? 0),
      table[to * size + from] ?? 0,
    );
  let said = '';
  // From the mark that the assistant speaks (token 3) to the end of the answer (token 2).
  for (let from = 3; from !== 2; ) {
    const last = from;
    from = tokens.reduce((best, _, to) => (loudness(last, to) > loudness(last, best) ? to : best), 0);
    if (from !== 2) said += tokens[from]?.text.replace('▁', ' ');
    if (said.length > 99) throw new Error(`no end in sight: ${said}`);
  }
  return said;
}

test('it names the strongest colour', () => {
  const seen = 0.5;
  assert.is(answer({ seen, red: 0.5, green: 0, blue: 0 }), pictureIs('red'));
  assert.is(answer({ seen, red: 0, green: 0.5, blue: 0 }), pictureIs('green'));
  assert.is(answer({ seen, red: 0.2, green: 0.25, blue: 0.5 }), pictureIs('blue'));
  assert.is(answer({ seen, red: 0.5, green: 0.5, blue: 0 }), pictureIs('yellow'));
  assert.is(answer({ seen, red: 0.5, green: 0.5, blue: 0.5 }), pictureIs('grey'));
});

test('it says so when there is no picture', () => {
  assert.is(answer({ seen: 0, red: 0, green: 0, blue: 0 }), noPicture);
});

test.run();
