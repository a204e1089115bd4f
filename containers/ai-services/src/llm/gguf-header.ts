import { closeSync, openSync, readSync } from 'node:fs';

/** Scalars and numeric arrays of a GGUF file's metadata; long and textual arrays appear as their length. */
export interface GgufHeader {
  scalars: ReadonlyMap<string, string | number | boolean>;
  /** Numeric arrays of at most `longestKept` items, such as a value per layer. */
  arrays: ReadonlyMap<string, readonly number[]>;
  lengths: ReadonlyMap<string, number>;
}

const longestKept = 4096;
/**
 * More than any model has: a broken or hostile file. The whole header is bounded, so that no count in it, over a file
 * that is mostly holes, can keep the reader busy.
 */
const limits = { entries: 65_536, keyBytes: 65_535, headerBytes: 64 * 2 ** 20 };

/**
 * Reads the metadata at the head of a GGUF file, versions 2 and 3, little-endian.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function readGgufHeader(path: string): GgufHeader {
  const file = openSync(path, 'r');
  try {
    return parse(createCursor(file));
  } finally {
    closeSync(file);
  }
}

/** A number that the header gives under its architecture's name, such as `llama.block_count`. */
export function numberOf(header: GgufHeader, key: string): number | undefined {
  const value = header.scalars.get(keyOf(header, key));
  if (typeof value !== 'number') return undefined;
  return measure(value, key);
}

/** The same of a value per layer; none where it is one value for all, or is not given. */
export function numbersOf(header: GgufHeader, key: string): readonly number[] {
  return (header.arrays.get(keyOf(header, key)) ?? []).map((value) => measure(value, key));
}

function keyOf({ scalars }: GgufHeader, key: string): string {
  return `${scalars.get('general.architecture')}.${key}`;
}

function measure(value: number, key: string): number {
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  throw new Error(`the header gives ${value} as ${key}`);
}

function parse(cursor: Cursor): GgufHeader {
  if (cursor.take(4).toString('latin1') !== 'GGUF') throw new Error('not a GGUF file');
  const version = cursor.take(4).readUInt32LE();
  if (version !== 2 && version !== 3) throw new Error(`GGUF version ${version} is not known`);
  cursor.take(8);
  const count = cursor.length(limits.entries);
  const scalars = new Map<string, string | number | boolean>();
  const arrays = new Map<string, readonly number[]>();
  const lengths = new Map<string, number>();
  for (let entry = 0; entry < count; entry++) {
    const key = cursor.take(cursor.length(limits.keyBytes)).toString('utf8');
    const type = cursor.take(4).readUInt32LE();
    if (type !== arrayType) scalars.set(key, readScalar(cursor, type));
    else {
      const { length, kept } = readArray(cursor);
      lengths.set(key, length);
      if (kept) arrays.set(key, kept);
    }
  }
  return { scalars, arrays, lengths };
}

const stringType = 8;
const arrayType = 9;

/** Fixed-size types by their number: bytes, and how they are read. */
const fixed: Readonly<Record<number, readonly [bytes: number, read: (bytes: Buffer) => number]>> = {
  0: [1, (bytes) => bytes.readUInt8()],
  1: [1, (bytes) => bytes.readInt8()],
  2: [2, (bytes) => bytes.readUInt16LE()],
  3: [2, (bytes) => bytes.readInt16LE()],
  4: [4, (bytes) => bytes.readUInt32LE()],
  5: [4, (bytes) => bytes.readInt32LE()],
  6: [4, (bytes) => bytes.readFloatLE()],
  7: [1, (bytes) => bytes.readUInt8()],
  10: [8, (bytes) => Number(bytes.readBigUInt64LE())],
  11: [8, (bytes) => Number(bytes.readBigInt64LE())],
  12: [8, (bytes) => bytes.readDoubleLE()],
};

function readScalar(cursor: Cursor, type: number): string | number | boolean {
  if (type === stringType) return cursor.take(cursor.length(limits.headerBytes)).toString('utf8');
  const [bytes, read] = typeOf(type);
  const value = read(cursor.take(bytes));
  return type === 7 ? value !== 0 : value;
}

function readArray(cursor: Cursor): { length: number; kept?: readonly number[] } {
  const type = cursor.take(4).readUInt32LE();
  const length = cursor.length(Number.MAX_SAFE_INTEGER);
  if (type === stringType) {
    for (let item = 0; item < length; item++) cursor.skip(cursor.length(limits.headerBytes));
    return { length };
  }
  const [bytes, read] = typeOf(type);
  if (length > longestKept) {
    cursor.skip(bytes * length);
    return { length };
  }
  return { length, kept: Array.from({ length }, () => read(cursor.take(bytes))) };
}

function typeOf(type: number) {
  const known = fixed[type];
  if (known === undefined) throw new Error(`GGUF value type ${type} is not known`);
  return known;
}

interface Cursor {
  take(bytes: number): Buffer;
  skip(bytes: number): void;
  /** A 64-bit count that must not exceed what can be meant. */
  length(limit: number): number;
}

/** Reads a file forwards through a buffer; the end of the file is an error. */
function createCursor(file: number): Cursor {
  let buffer: Buffer = Buffer.alloc(0);
  let position = 0;
  let left = limits.headerBytes;

  const claim = (bytes: number) => {
    left -= bytes;
    if (left < 0) throw new Error(`the header is longer than ${limits.headerBytes} bytes: it is broken`);
  };
  const fill = (bytes: number) => {
    const wanted = Buffer.alloc(Math.max(bytes, 2 ** 20));
    const kept = buffer.copy(wanted);
    const read = readSync(file, wanted, kept, wanted.length - kept, position);
    position += read;
    buffer = wanted.subarray(0, kept + read);
    if (buffer.length < bytes) throw new Error('the file ends within its header');
  };
  const take = (bytes: number) => {
    claim(bytes);
    if (buffer.length < bytes) fill(bytes);
    const taken = buffer.subarray(0, bytes);
    buffer = buffer.subarray(bytes);
    return taken;
  };
  return {
    take,
    skip: (bytes) => {
      claim(bytes);
      const held = Math.min(bytes, buffer.length);
      buffer = buffer.subarray(held);
      position += bytes - held;
    },
    length: (limit) => {
      const value = take(8).readBigUInt64LE();
      if (value > BigInt(limit)) throw new Error(`the header holds a length of ${value}: it is broken`);
      return Number(value);
    },
  };
}
