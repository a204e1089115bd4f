import { InferenceSession, Tensor } from 'onnxruntime-node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createGraph } from './graph.ts';
import { writeOnnx } from './onnx.ts';

test('an ONNX file is laid out as its protocol buffers say', () => {
  const bytes = writeOnnx({ name: 'g', nodes: [], initializers: [], inputs: [], outputs: [] });
  // ir_version 9, producer_name, graph { name }, opset_import { version 20 }
  assert.equal(bytes.toString('hex'), '0809' + '120961692d73656d626c65' + '3a03120167' + '42021014');
});

test('a tensor whose shape does not fit its values is refused', () => {
  const tensor = { name: 't', dims: [2, 2], data: new Float32Array(3) };
  assert.throws(
    () => writeOnnx({ name: 'g', nodes: [], initializers: [tensor], inputs: [], outputs: [] }),
    'tensor t: 3 values for shape [2,2]',
  );
});

test('onnxruntime computes what a graph says, for any batch', async () => {
  const g = createGraph('affine');
  const x = g.input('x', 'float', ['batch', 2]);
  g.output('y', g.add(g.matmul(x, g.floats([2, 1], [10, 1])), -0.5), 'float', ['batch', 1]);
  const session = await InferenceSession.create(g.bytes());
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
  assert.equal(
    [y?.dims, [...(y?.data ?? [])]],
    [
      [2, 1],
      [11.5, 33.5],
    ],
  );
});

test('integers, attributes of every kind and negative numbers come through', async () => {
  const g = createGraph('mixed');
  const ids = g.input('ids', 'int64', ['n']);
  const hidden = g.op('LeakyRelu', [g.cast(g.add(ids, -3n), 'float')], { alpha: 0.5 });
  const constant = { type: 'tensor', value: { dims: [1], data: Float32Array.of(100) } } as const;
  g.output('y', g.add(hidden, g.op('Constant', [], { value: constant })), 'float', ['n']);
  const session = await InferenceSession.create(g.bytes());
  const { y } = await session.run({ ids: new Tensor('int64', BigInt64Array.of(1n, 5n), [2]) });
  assert.equal([...(y?.data ?? [])], [99, 102]);
});

test.run();
