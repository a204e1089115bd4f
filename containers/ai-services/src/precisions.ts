/** Precisions of ONNX weights as transformers.js calls them, in the order of preference, with their file suffix. */
export const precisions = [
  ['fp32', ''],
  ['q8', '_quantized'],
  ['int8', '_int8'],
  ['uint8', '_uint8'],
  ['fp16', '_fp16'],
  ['q4', '_q4'],
  ['q4f16', '_q4f16'],
  ['bnb4', '_bnb4'],
] as const;

export type Precision = (typeof precisions)[number][0];
