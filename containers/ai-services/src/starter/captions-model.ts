import { colorNames, colorShares, imageInput, preprocessor } from './color-graph.ts';
import { copyDecoder } from './copy-decoder.ts';
import { createGraph } from './graph.ts';
import type { ModelFolder } from './model-folder.ts';
import { special, starterTokenizer } from './tokenizer-files.ts';

/** A second colour is worth a word from this share of the picture on. */
const worthSaying = 0.1;

/** "a blue picture", or "a mostly blue picture with some red". */
export function captionsModel(): ModelFolder {
  const words = ['a', 'mostly', 'picture', 'with', 'some', ...colorNames];
  const tokenizer = starterTokenizer({ words, frame: 'none', className: 'GPT2Tokenizer' });
  const script = (text: string) => {
    const ids = text.split(' ').map((word) => tokenizer.id(` ${word}`));
    return [...ids, ...Array(8 - ids.length).fill(special.end)];
  };
  const captions = colorNames.flatMap((main) => [
    script(`a ${main} picture`),
    ...colorNames.map((second) => script(`a mostly ${main} picture with some ${second}`)),
  ]);

  const g = createGraph('captions-encoder');
  const shares = colorShares(g, imageInput(g));
  const main = g.argMax(shares, 1);
  const rest = g.mul(shares, g.sub(1, g.oneHot(main, colorNames.length)));
  const second = g.add(g.argMax(rest, 1), 1n);
  const said = g.cast(g.greater(g.highest(rest, [1], 0), worthSaying), 'int64');
  const row = g.add(g.mul(main, BigInt(colorNames.length + 1)), g.mul(second, said));
  const ids = g.gather(g.floats([captions.length, 8], captions.flat()), row);
  g.output('last_hidden_state', g.unsqueeze(ids, 2), 'float', ['batch_size', 8, 1]);

  const vocabulary = tokenizer.tokens.length;
  const tokens = {
    decoder_start_token_id: special.begin,
    bos_token_id: special.begin,
    eos_token_id: special.end,
    pad_token_id: special.pad,
  };
  return {
    id: 'starter/captions',
    tasks: ['image-to-text'],
    config: {
      architectures: ['VisionEncoderDecoderModel'],
      model_type: 'vision-encoder-decoder',
      is_encoder_decoder: true,
      encoder: { model_type: 'vit', hidden_size: 1 },
      decoder: {
        model_type: 'gpt2',
        n_embd: 1,
        n_head: 1,
        n_layer: 1,
        vocab_size: vocabulary,
        is_decoder: true,
      },
      ...tokens,
    },
    onnx: {
      encoder_model: g.bytes(),
      decoder_model_merged: copyDecoder({ past: 'past_key_values.0.key', vocabulary, end: special.end }),
    },
    tokenizer: tokenizer.files,
    preprocessor: preprocessor('ViTImageProcessor'),
    generation: tokens,
  };
}
