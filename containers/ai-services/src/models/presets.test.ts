import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ModelFailure } from './failure.ts';
import { readPresets, writePresets } from './presets.ts';
import { withWorkplace } from './workplace-under-test.ts';

test('presets are replaced as a whole, and read back as they were written', () =>
  withWorkplace(async ({ folder }) => {
    assert.is(await readPresets(folder), '');
    const text = 'version = 1\n; mine\n[a model]\nctx-size = 4096\nn-gpu-layers=0\n';
    await writePresets(folder, text);
    assert.is(await readPresets(folder), text);
  }));

test('a line that the engine could not read is refused by its number, and the old ones stay', () =>
  withWorkplace(async ({ folder }) => {
    await writePresets(folder, '[a]\n');
    for (const [text, words] of [
      ['version = 1\n[unclosed\n', 'line 2 is neither'],
      ['no setting', 'line 1 is neither'],
      [' \n', 'between 1 and'],
    ] as const) {
      const error = await writePresets(folder, text).catch((reason: unknown) => reason);
      assert.instance(error, ModelFailure);
      assert.match((error as ModelFailure).message, words);
    }
    assert.is(await readPresets(folder), '[a]\n');
  }));

test.run();
