import { type GgufHeader, numberOf, numbersOf } from './gguf-header.ts';

/** Bytes of one element of the KV cache by llama.cpp's `--cache-type-k` and `-v`. */
const cacheTypes: Readonly<Record<string, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32,
};

/**
 * Keys and values of every layer for one token. Models whose attention looks only at a window take less: the estimate
 * errs on the safe side.
 */
export function cacheBytesPerToken(
  header: GgufHeader,
  types: readonly [keys: string | undefined, values: string | undefined],
): number {
  const layers = attentionLayers(header);
  const heads =
    numberOf(header, 'attention.head_count') ?? Math.max(1, ...numbersOf(header, 'attention.head_count'));
  const [keyType, valueType] = types.map((type) => cacheTypes[type ?? 'f16'] ?? 2) as [number, number];
  const latent = numberOf(header, 'attention.kv_lora_rank');
  if (latent !== undefined) {
    // Multi-head latent attention keeps one compressed vector and the rotated part of the key.
    return layers * (latent + (numberOf(header, 'rope.dimension_count') ?? 64)) * keyType;
  }
  // Models that keep a state instead have no heads.
  const headSize = heads > 0 ? (numberOf(header, 'embedding_length') ?? 0) / heads : 0;
  const keys = numberOf(header, 'attention.key_length') ?? headSize;
  const values = numberOf(header, 'attention.value_length') ?? headSize;
  const perLayer = numbersOf(header, 'attention.head_count_kv');
  const cacheHeads =
    perLayer.length > 0
      ? perLayer.reduce((sum, count) => sum + count, 0)
      : layers * (numberOf(header, 'attention.head_count_kv') ?? heads);
  return cacheHeads * (keys * keyType + values * valueType);
}

/**
 * What state-space layers keep of each sequence in place of keys and values, whatever its length: the last inputs of
 * the convolution and the state, in 32 bits. https://github.com/ggml-org/llama.cpp/blob/master/src/llama-hparams.cpp,
 * `n_embd_r` and `n_embd_s`.
 */
export function stateBytesPerSequence(header: GgufHeader): number {
  const of = (key: string) => numberOf(header, key) ?? 0;
  const width = of('embedding_length');
  const headSize = of('wkv.head_size');
  if (headSize > 0) {
    const shifts = numberOf(header, 'token_shift_count') ?? 2;
    return stateLayers(header) * 4 * width * (shifts + headSize);
  }
  const shortConvolution = Math.max(0, of('shortconv.l_cache') - 1) * width;
  const [inner, state] = [of('ssm.inner_size'), of('ssm.state_size')];
  const convolution = Math.max(0, of('ssm.conv_kernel') - 1) * (inner + 2 * of('ssm.group_count') * state);
  return stateLayers(header) * 4 * (shortConvolution + convolution + state * inner);
}

function attentionLayers(header: GgufHeader): number {
  const layers = numberOf(header, 'block_count') ?? 0;
  const interval = numberOf(header, 'full_attention_interval') ?? 0;
  if (interval === 0) return layers;
  return Math.floor(layers / interval) + (numberOf(header, 'nextn_predict_layers') ?? 0);
}

/** All of them where the header does not tell them apart: some models have both in each layer. */
function stateLayers(header: GgufHeader): number {
  const layers = numberOf(header, 'block_count') ?? 0;
  const perLayer = numbersOf(header, 'attention.head_count_kv');
  if (perLayer.length > 0) return perLayer.filter((count) => count === 0).length;
  return numberOf(header, 'full_attention_interval') ? layers - attentionLayers(header) : layers;
}
