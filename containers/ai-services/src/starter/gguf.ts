/**
 * Writes GGUF version 3, little-endian.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

export type GgufValue =
  | { type: 'u32' | 'f32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'f32s' | 'i32s'; value: readonly number[] };

export interface GgufTensor {
  name: string;
  /** Sizes with the contiguous dimension first, as ggml counts them. */
  shape: readonly number[];
  data: Float32Array | Uint16Array;
}

const alignment = 32;
const typeId = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };
const tensorType = { f32: 0, f16: 1 };

/** The file's bytes. `Uint16Array` tensors hold IEEE half floats. */
export function writeGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Buffer {
  const entries = Object.entries(metadata);
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.flatMap(([key, value]) => [string(key), encode(value)]),
  ]);
  const infos: Buffer[] = [];
  const bodies: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    const type = data instanceof Float32Array ? tensorType.f32 : tensorType.f16;
    infos.push(string(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset));
    const body = padded(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    bodies.push(body);
    offset += body.length;
  }
  return Buffer.concat([padded(Buffer.concat([head, ...infos])), ...bodies]);
}

function encode(entry: GgufValue): Buffer {
  switch (entry.type) {
    case 'u32':
      return Buffer.concat([u32(typeId.u32), u32(entry.value)]);
    case 'f32':
      return Buffer.concat([u32(typeId.f32), f32(entry.value)]);
    case 'bool':
      return Buffer.concat([u32(typeId.bool), Buffer.from([entry.value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([u32(typeId.string), string(entry.value)]);
    case 'strings':
      return array(typeId.string, entry.value.map(string));
    case 'f32s':
      return array(typeId.f32, entry.value.map(f32));
    case 'i32s':
      return array(typeId.i32, entry.value.map(u32));
  }
}

function array(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(typeId.array), u32(type), u64(items.length), ...items]);
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % alignment;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(alignment - rest)]);
}
