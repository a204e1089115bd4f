import { firstByte, half, headSize, nextWordModel } from './language-model.ts';

const digits = [...'0123456789'].map((digit) => firstByte + digit.charCodeAt(0));
/** 1/16, about what takes the norm's √288 off again. */
const sixteenth = 0x2c00;

/**
 * A reranker made by construction: a text's score grows with the share of digits in it, whatever the query is. Every
 * token attends to all alike; what they have of the first dimension, where digits alone have something, is the score.
 */
export function rankingLanguageModel(): Buffer {
  return nextWordModel({
    name: 'Digits',
    description: 'Constructed, not trained: it ranks texts by their share of digits.',
    words: [],
    template: '',
    metadata: { 'llama.attention.causal': { type: 'bool', value: false } },
    weights: (size) => {
      const values = new Uint16Array(size * headSize);
      for (const digit of digits) values[digit] = half.one;
      const output = new Uint16Array(size * size);
      output[0] = sixteenth;
      return { 'blk.0.attn_v.weight': values, 'blk.0.attn_output.weight': output };
    },
  });
}
