import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuDevice, gpuDropIn } from './gpu-drop-in.ts';
import { parseUnit, unitValues } from './unit-syntax.ts';

test('all GPUs of the machine are taken together where its specs name them so', () => {
  assert.is(gpuDevice(['nvidia.com/gpu=0', 'nvidia.com/gpu=all']), 'nvidia.com/gpu=all');
  assert.is(gpuDevice(['vendor.com/nic=0', 'amd.com/gpu=0', 'amd.com/gpu=1']), 'amd.com/gpu=0');
  assert.is(gpuDevice(['vendor.com/nic=0']), undefined);
  assert.is(gpuDevice([]), undefined);
});

test('the drop-in gives the device and insists on it', () => {
  const unit = parseUnit(gpuDropIn('nvidia.com/gpu=all'));
  assert.equal(unitValues(unit, 'Container', 'AddDevice'), ['nvidia.com/gpu=all']);
  assert.equal(unitValues(unit, 'Container', 'Environment'), ['LLM_GPU=required']);
});

test.run();
