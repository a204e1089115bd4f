import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CdiSurroundings, judgeCdiSpecs, parseCdiSpec } from './cdi-spec.ts';

const nvidia = `cdiVersion: 0.5.0
kind: nvidia.com/gpu
containerEdits:
  hooks:
    - hookName: createContainer
      path: /usr/bin/nvidia-cdi-hook
  mounts:
    - hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.560.35.03
      containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.560.35.03
devices:
  - name: '0'
    containerEdits:
      deviceNodes:
        - path: /dev/nvidia0
        - path: /dev/dri/renderD128
          hostPath: /dev/dri/renderD129
  - name: all
`;
const path = '/etc/cdi/nvidia.yaml';
const renewal = 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml';
const sound: CdiSurroundings = { exists: () => true, isOpen: () => true, nvidiaDriver: '560.35.03' };

const problemsOf = (around: Partial<CdiSurroundings>, text = nvidia) =>
  judgeCdiSpecs([parseCdiSpec(path, text)], { ...sound, ...around })[0]?.problems;

test('devices come with their full names and with what a container gets of the host', () => {
  const [first, all] = parseCdiSpec(path, nvidia).devices;
  const library = '/usr/lib/x86_64-linux-gnu/libcuda.so.560.35.03';
  const files = { mounts: [{ hostPath: library, path: library }], hooks: ['/usr/bin/nvidia-cdi-hook'] };
  const nodes = [
    { path: '/dev/nvidia0', hostPath: '/dev/nvidia0' },
    { path: '/dev/dri/renderD128', hostPath: '/dev/dri/renderD129' },
  ];
  assert.equal(first, { name: 'nvidia.com/gpu=0', nodes, ...files });
  assert.equal(all, { name: 'nvidia.com/gpu=all', nodes: [], ...files });
  assert.equal(problemsOf({}), []);
});

test('JSON is read as well', () => {
  const text = '{"cdiVersion":"1.0.0","kind":"amd.com/gpu","devices":[{"name":"all"}]}';
  assert.is(parseCdiSpec('/etc/cdi/amd.json', text).devices[0]?.name, 'amd.com/gpu=all');
});

for (const [what, text] of [
  [/does not parse/, '{'],
  [/'kind'/, nvidia.replace('nvidia.com/gpu', 'gpu')],
  [/'kind'/, ''],
  [/'cdiVersion' is 9\.0\.0/, nvidia.replace('0.5.0', '9.0.0')],
  [/'cdiVersion' is missing/, nvidia.replace('cdiVersion: 0.5.0\n', '')],
  [/no 'devices'/, 'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices: []\n'],
] as const) {
  test(`a spec is refused: ${what.source}`, () => {
    const [problem] = problemsOf({}, text) ?? [];
    assert.match(problem?.what ?? '', what);
    assert.is(problem?.fix, renewal);
  });
}

test('podman reads no .yml', () => {
  const [problem] = parseCdiSpec('/etc/cdi/nvidia.yml', nvidia).problems;
  assert.is(problem?.fix, 'mv /etc/cdi/nvidia.yml /etc/cdi/nvidia.yaml');
});

test('a spec of another driver than the loaded one is stale', () => {
  const what = 'it is of driver 560.35.03, and 570.86.10 is loaded';
  assert.equal(problemsOf({ nvidiaDriver: '570.86.10' }), [{ what, fix: renewal }]);
});

test('what is gone is named', () => {
  const without = (gone: string) => ({ exists: (file: string) => !file.includes(gone) });
  assert.equal(problemsOf(without('/dev/nvidia0')), [
    { what: 'device nodes are gone: /dev/nvidia0', fix: renewal },
  ]);
  assert.equal(problemsOf(without('hook')), [
    { what: 'files are gone: /usr/bin/nvidia-cdi-hook', fix: renewal },
  ]);
  const unloaded = problemsOf({ ...without('/dev/nvidia0'), nvidiaDriver: undefined });
  assert.is(unloaded?.[0]?.fix, 'nvidia-modprobe -u -c 0');
});

test('a device node that users may not open is told, one of a display is not', () => {
  const [problem] = problemsOf({ isOpen: (node) => node !== '/dev/nvidia0' }) ?? [];
  assert.is(problem?.fix, 'chmod a+rw /dev/nvidia0');
  assert.equal(problemsOf({ isOpen: (node) => !node.includes('dri') }), []);
});

test('two specs of one folder must not define the same device', () => {
  const specs = [path, '/etc/cdi/old.yaml', '/var/run/cdi/nvidia.yaml'].map((file) =>
    parseCdiSpec(file, nvidia),
  );
  const judged = judgeCdiSpecs(specs, sound);
  assert.equal(
    judged.map(({ problems }) => problems.map(({ fix }) => fix)),
    [['rm /etc/cdi/old.yaml'], ['rm /etc/cdi/nvidia.yaml'], []],
  );
});

test.run();
