import { createGraph } from './graph.ts';

export interface CopyDecoderOptions {
  /** What the past is called: seq2seq decoders have two kinds of it, a decoder alone one. */
  past: 'past_key_values.0.decoder.key' | 'past_key_values.0.key';
  vocabulary: number;
  end: number;
}

/**
 * A decoder that says what the encoder tells it to: the encoder's hidden states are the ids of the tokens to
 * write, one after the other. How many are written already is the length of the past.
 */
export function copyDecoder({ past, vocabulary, end }: CopyDecoderOptions): Buffer {
  const g = createGraph('copy-decoder');
  const ids = g.input('input_ids', 'int64', ['batch_size', 'decoder_sequence_length']);
  const script = g.input('encoder_hidden_states', 'float', ['batch_size', 'encoder_sequence_length', 1]);
  const before = g.input(past, 'float', ['batch_size', 1, 'past_decoder_sequence_length', 1]);
  const zeros = g.unsqueeze(g.mul(g.cast(ids, 'float'), 0), 1, 3);
  const present = g.op('Concat', [before, zeros], { axis: 2 });
  const written = g.gather(g.shape(before), 2n);
  const length = g.gather(g.shape(script), 1n);
  const steps = g.op('Range', [written, g.gather(g.shape(present), 2n), 1n]);
  // One end more than the script is long, for whoever asks on.
  const padded = g.op('Pad', [script, g.ints(0, 0, 0, 0, 1, 0), end]);
  const tokens = g.squeeze(g.gather(padded, g.min(steps, length), 1), 2);
  const logits = g.mul(g.oneHot(g.cast(tokens, 'int64'), vocabulary), 20);
  g.output('logits', logits, 'float', ['batch_size', 'decoder_sequence_length', vocabulary]);
  g.output(past.replace('past_key_values', 'present'), present, 'float', [
    'batch_size',
    1,
    'total_decoder_sequence_length',
    1,
  ]);
  return g.bytes();
}
