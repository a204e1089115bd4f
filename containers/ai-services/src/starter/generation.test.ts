import { AutoModelForSeq2SeqLM, AutoTokenizer, type Tensor } from '@huggingface/transformers';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelsFolder } from './starter-pipeline.ts';
import { t5Files } from './t5-architecture.ts';
import { special } from './tokenizer-files.ts';

const size = { hidden: 32, layers: 2, heads: 4 };
const folder = modelsFolder(t5Files(size));
test.before(folder.fill);
test.after(folder.remove);

const texts = ['A short one.', 'And a rather longer sentence, so that the short one is padded.'];
const steps = 12;

async function generated(input: string | string[]): Promise<number[][]> {
  const tokenizer = await AutoTokenizer.from_pretrained('random/t5');
  const model = await AutoModelForSeq2SeqLM.from_pretrained('random/t5', { dtype: 'fp32' });
  const inputs = tokenizer(input, { padding: true, truncation: true });
  const output = (await model.generate({ ...inputs, max_new_tokens: steps })) as Tensor;
  return output.tolist().map((ids: bigint[]) => ids.map(Number));
}

const int64 = (ids: readonly number[]) =>
  new OrtTensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);

/** Greedy decoding by onnxruntime alone: the whole of the text again for each token, nothing kept. */
async function withoutCache(text: string): Promise<number[]> {
  const tokenizer = await AutoTokenizer.from_pretrained('random/t5');
  const ids = tokenizer.encode(text);
  const mask = int64(ids.map(() => 1));
  const open = (name: string) => InferenceSession.create(folder.path(`onnx/random/t5/onnx/${name}.onnx`));
  const [encoder, decoder] = await Promise.all([open('encoder_model'), open('decoder_model_merged')]);
  const { last_hidden_state: states } = await encoder.run({ input_ids: int64(ids), attention_mask: mask });
  if (states === undefined) throw new Error('the encoder gives no states');
  const none = new OrtTensor('float32', new Float32Array(0), [1, size.heads, 0, size.hidden / size.heads]);
  const past = Object.fromEntries(
    decoder.inputNames.filter((name) => name.startsWith('past')).map((name) => [name, none]),
  );
  const written: number[] = [special.pad];
  while (written.length <= steps && written.at(-1) !== special.end) {
    const feeds = { encoder_hidden_states: states, encoder_attention_mask: mask, ...past };
    const { logits } = await decoder.run({ ...feeds, input_ids: int64(written) });
    const all = (logits?.data ?? []) as Float32Array;
    const last = all.subarray(all.length - (logits?.dims[2] ?? 0));
    written.push(last.indexOf(Math.max(...last)));
  }
  return written;
}

test('T5 with a cache writes what it writes without one', async () => {
  for (const text of texts) {
    const [ids] = await generated(text);
    assert.equal(ids, await withoutCache(text));
    assert.ok(new Set(ids).size > 3, `a text of more than one word: ${ids}`);
  }
});

test('T5 does not see padding: alone or in a batch, a text is answered the same', async () => {
  const batch = await generated(texts);
  const alone = await Promise.all(texts.map(async (text) => (await generated(text))[0]));
  assert.equal(batch, alone);
});

test('T5 answers different texts differently', async () => {
  const [one, other] = await generated(texts);
  assert.not.equal(one, other);
});

test.run();
