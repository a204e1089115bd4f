/**
 * Writes ONNX models: protocol buffers by hand, since a model needs only a few of the messages.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */

export type Attribute =
  | { type: 'int' | 'float'; value: number }
  | { type: 'string'; value: string }
  | { type: 'ints' | 'floats'; value: readonly number[] }
  | { type: 'tensor'; value: Omit<OnnxTensor, 'name'> };

export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  data: Float32Array | BigInt64Array;
}

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

export type ElementType = keyof typeof elementType;

/** A graph's input or output. A dimension that only the caller knows has a name instead of a size. */
export interface OnnxPort {
  name: string;
  type: ElementType;
  dims: readonly (number | string)[];
}

export interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly OnnxPort[];
  outputs: readonly OnnxPort[];
}

const irVersion = 9;
const opset = 20;
const elementType = { float: 1, int64: 7, bool: 9 };
const attributeType = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 };
const wire = { varint: 0, bytes: 2, fixed32: 5 };

/** The file's bytes: the same for the same graph, on every machine. */
export function writeOnnx(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    int(1, irVersion),
    text(2, 'ai-semble'),
    message(7, encodeGraph(graph)),
    message(8, int(2, opset)),
  ]);
}

function encodeGraph(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    ...graph.nodes.map((node) => message(1, encodeNode(node))),
    text(2, graph.name),
    ...graph.initializers.map((tensor) => message(5, encodeTensor(tensor))),
    ...graph.inputs.map((port) => message(11, encodePort(port))),
    ...graph.outputs.map((port) => message(12, encodePort(port))),
  ]);
}

function encodeNode({ op, inputs, outputs, attributes }: OnnxNode): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs[0] ?? op),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, encodeAttribute(name, value))),
  ]);
}

function encodeAttribute(name: string, attribute: Attribute): Buffer {
  return Buffer.concat([text(1, name), encodeValue(attribute), int(20, attributeType[attribute.type])]);
}

function encodeValue(attribute: Attribute): Buffer {
  switch (attribute.type) {
    case 'float':
      return float(2, attribute.value);
    case 'int':
      return int(3, attribute.value);
    case 'string':
      return text(4, attribute.value);
    case 'tensor':
      return message(5, encodeTensor({ name: '', ...attribute.value }));
    case 'floats':
      return Buffer.concat(attribute.value.map((value) => float(7, value)));
    case 'ints':
      return Buffer.concat(attribute.value.map((value) => int(8, value)));
  }
}

function encodeTensor({ name, dims, data }: OnnxTensor): Buffer {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (size !== data.length) throw new Error(`tensor ${name}: ${data.length} values for shape [${dims}]`);
  return Buffer.concat([
    ...dims.map((dim) => int(1, dim)),
    int(2, data instanceof Float32Array ? elementType.float : elementType.int64),
    text(8, name),
    message(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

function encodePort({ name, type, dims }: OnnxPort): Buffer {
  const shape = dims.map((dim) => message(1, typeof dim === 'number' ? int(1, dim) : text(2, dim)));
  const tensor = Buffer.concat([int(1, elementType[type]), message(2, Buffer.concat(shape))]);
  return Buffer.concat([text(1, name), message(2, message(1, tensor))]);
}

function message(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([key(field, wire.bytes), varint(BigInt(bytes.length)), bytes]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function int(field: number, value: number): Buffer {
  return Buffer.concat([key(field, wire.varint), varint(BigInt(value))]);
}

function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, wire.fixed32), bytes]);
}

function key(field: number, type: number): Buffer {
  return varint(BigInt((field << 3) | type));
}

/** Seven bits a byte, lowest first; negative numbers count as 64-bit two's complement. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
