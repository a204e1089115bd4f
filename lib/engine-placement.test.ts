import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { placementOf } from './engine-placement.ts';

const line = (instance: number, msg: string, data?: unknown) => JSON.stringify({ instance, msg, data });
const log = [
  'not JSON',
  line(1, 'fit_memory_breakdown', {
    rows: [{ kind: 'device', name: 'Vulkan0', description: 'NVIDIA H100', model: 92 }],
  }),
  line(1, 'load_tensors: offloaded 13/13 layers to GPU'),
  line(1, 'load_tensors:   CPU_Mapped model buffer size =     6.38 MiB'),
  line(1, 'load_tensors:      Vulkan0 model buffer size =    92.16 MiB'),
  line(2, 'load_tensors: offloaded 13/13 layers to GPU'),
  line(2, 'load_tensors:   CPU_Mapped model buffer size =    98.54 MiB'),
  line(3, 'load_tensors:  Vulkan_Host model buffer size =    98.54 MiB'),
].join('\n');

test('the backend is where weights lie', () => {
  const layers = { offloaded: 13, total: 13 };
  assert.equal(placementOf(log, 1), { backend: 'Vulkan0 (NVIDIA H100)', mebibytes: 92.16, layers });
});

test('weights in memory are on the CPU, whatever is said of layers', () => {
  assert.equal(placementOf(log, 2), { backend: 'CPU', mebibytes: 98.54 });
  assert.is(placementOf(log, 3)?.backend, 'CPU');
});

test('an engine that said nothing is nowhere', () => {
  assert.is(placementOf(log, 4), undefined);
});

test.run();
