import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CdiSpec } from './cdi-spec.ts';
import { parseToolkitList, searchGpu } from './gpu-search.ts';

const specOf = (name: string, ...problems: CdiSpec['problems']): CdiSpec => ({
  path: '/etc/cdi/nvidia.yaml',
  devices: [{ name, nodes: [], mounts: [], hooks: [] }],
  problems,
});
const stale = { what: 'files are gone', fix: 'mend it' };

test('the device that deploy takes is tried, or the one asked for', () => {
  const specs = [specOf('nvidia.com/gpu=all'), specOf('test/other=0')];
  const found = (wanted?: string) => {
    const search = searchGpu(specs, [], wanted);
    return search.state === 'found' ? search.device.name : search.state;
  };
  assert.is(found(), 'nvidia.com/gpu=all');
  assert.is(found('test/other=0'), 'test/other=0');
  assert.is(found('test/other=1'), 'absent');
});

test('a spec that is wrong makes a GPU unusable, and only a GPU', () => {
  const reason = '/etc/cdi/nvidia.yaml: files are gone';
  assert.equal(searchGpu([specOf('nvidia.com/gpu=all', stale)], []), {
    state: 'unusable',
    reason,
    fix: 'mend it',
  });
  assert.is(searchGpu([specOf('vendor.com/nic=0', stale)], []).state, 'absent');
  assert.is(searchGpu([{ ...specOf('x'), devices: [], problems: [stale] }], []).state, 'unusable');
});

test("what only NVIDIA's tool sees is told", () => {
  const search = searchGpu([], ['nvidia.com/gpu=0']);
  assert.is(search.state, 'unusable');
  assert.is(searchGpu([], []).state, 'absent');
});

test("NVIDIA's tool lists devices between what it says", () => {
  const text =
    'time="2026-11-22T00:00:00Z" level=info msg="Found 2 CDI devices"\nnvidia.com/gpu=0\nnvidia.com/gpu=all\n';
  assert.equal(parseToolkitList(text), ['nvidia.com/gpu=0', 'nvidia.com/gpu=all']);
});

test.run();
