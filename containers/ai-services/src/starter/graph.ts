import type { Attribute, ElementType, OnnxNode, OnnxPort, OnnxTensor } from './onnx.ts';
import { writeOnnx } from './onnx.ts';

/** The name of a tensor that some node of the graph computes. */
export type Value = string;
/** A number stands for a float constant, a bigint for an int64 one. */
export type Operand = Value | number | bigint;
type Dims = readonly (number | string)[];
type Attributes = Readonly<Record<string, number | string | readonly number[] | Attribute>>;

export type Graph = ReturnType<typeof createGraph>;

/**
 * Builds an ONNX graph from expressions: `g.matmul(g.gather(table, ids), weights)`.
 * Operators: https://onnx.ai/onnx/operators/
 */
export function createGraph(name: string) {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: OnnxPort[] = [];
  const outputs: OnnxPort[] = [];

  function op(type: string, operands: readonly Operand[], attributes: Attributes = {}): Value {
    const output = `${type}_${nodes.length}`;
    nodes.push({ op: type, inputs: operands.map(value), outputs: [output], attributes: typed(attributes) });
    return output;
  }
  function tensor(dims: readonly number[], data: Float32Array | BigInt64Array): Value {
    const constant = `constant_${initializers.size}`;
    initializers.set(constant, { name: constant, dims, data });
    return constant;
  }
  /** Equal scalars share one tensor: a graph names the same few numbers over and over. */
  function value(operand: Operand): Value {
    if (typeof operand === 'string') return operand;
    const isInteger = typeof operand === 'bigint';
    const scalar = `${isInteger ? 'int' : 'float'}_${operand}`;
    const data = isInteger ? BigInt64Array.of(operand) : Float32Array.of(operand);
    if (!initializers.has(scalar)) initializers.set(scalar, { name: scalar, dims: [], data });
    return scalar;
  }
  const floats = (dims: readonly number[], data: readonly number[]) => tensor(dims, Float32Array.from(data));
  const ints = (...data: readonly number[]) => tensor([data.length], BigInt64Array.from(data, BigInt));
  const over =
    (type: string) =>
    (x: Operand, axes: readonly number[], keepdims = 1) =>
      op(type, [x, ints(...axes)], { keepdims });
  const pair = (type: string) => (a: Operand, b: Operand) => op(type, [a, b]);
  const single = (type: string) => (x: Operand) => op(type, [x]);
  const cast = (x: Value, type: ElementType) =>
    op('Cast', [x], { to: { float: 1, int64: 7, bool: 9 }[type] });

  return {
    op,
    tensor,
    floats,
    ints,
    cast,
    input(port: string, type: ElementType, dims: Dims): Value {
      inputs.push({ name: port, type, dims });
      return port;
    },
    output(port: string, x: Value, type: ElementType, dims: Dims): void {
      nodes.push({ op: 'Identity', inputs: [x], outputs: [port], attributes: {} });
      outputs.push({ name: port, type, dims });
    },
    bytes: (): Buffer =>
      writeOnnx({ name, nodes, initializers: [...initializers.values()], inputs, outputs }),
    add: pair('Add'),
    sub: pair('Sub'),
    mul: pair('Mul'),
    div: pair('Div'),
    mod: pair('Mod'),
    min: pair('Min'),
    max: pair('Max'),
    matmul: pair('MatMul'),
    log: single('Log'),
    exp: single('Exp'),
    abs: single('Abs'),
    sqrt: single('Sqrt'),
    shape: single('Shape'),
    sum: over('ReduceSum'),
    mean: over('ReduceMean'),
    highest: over('ReduceMax'),
    lowest: over('ReduceMin'),
    /** 1 where the comparison holds, else 0. */
    equal: (a: Operand, b: Operand) => cast(op('Equal', [a, b]), 'float'),
    greater: (a: Operand, b: Operand) => cast(op('Greater', [a, b]), 'float'),
    gather: (table: Value, at: Operand, axis = 0) => op('Gather', [table, at], { axis }),
    oneHot: (at: Value, depth: number) => op('OneHot', [at, ints(depth), floats([2], [0, 1])]),
    argMax: (x: Value, axis: number, keepdims = 0) => op('ArgMax', [x], { axis, keepdims }),
    softmax: (x: Value) => op('Softmax', [x], { axis: -1 }),
    concat: (parts: readonly Value[], axis: number) => op('Concat', parts, { axis }),
    reshape: (x: Value, ...dims: readonly number[]) => op('Reshape', [x, ints(...dims)]),
    unsqueeze: (x: Value, ...axes: readonly number[]) => op('Unsqueeze', [x, ints(...axes)]),
    squeeze: (x: Value, ...axes: readonly number[]) => op('Squeeze', [x, ints(...axes)]),
    transpose: (x: Value, ...perm: readonly number[]) => op('Transpose', [x], { perm }),
    cumulate: (x: Value, axis: number, exclusive = 0) => op('CumSum', [x, BigInt(axis)], { exclusive }),
    slice: (x: Value, axis: number, start: number, end: number) =>
      op('Slice', [x, ints(start), ints(end), ints(axis)]),
  };
}

function typed(attributes: Attributes): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]): [string, Attribute] => {
      if (typeof value === 'number')
        return [name, { type: floatAttributes.has(name) ? 'float' : 'int', value }];
      if (typeof value === 'string') return [name, { type: 'string', value }];
      return [name, isTyped(value) ? value : { type: 'ints', value }];
    }),
  );
}

/** In JavaScript 1 may be an integer or not: the few attributes that are floats are known by name. */
const floatAttributes = new Set(['epsilon', 'alpha', 'beta']);

function isTyped(value: readonly number[] | Attribute): value is Attribute {
  return !Array.isArray(value);
}
