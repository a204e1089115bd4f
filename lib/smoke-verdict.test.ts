import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfinement, smokeProblems } from './smoke-verdict.ts';

const inside = `Name:\tnode
CapEff:\t0000000000000000
NoNewPrivs:\t1
Seccomp:\t2
system_u:system_r:container_t:s0:c88,c808\0
overlay on / type overlay (ro,nodev,relatime)
tmpfs on /tmp type tmpfs (rw,nosuid)
`;
const confinement = parseConfinement(inside);
const gpu = { backend: 'Vulkan0', mebibytes: 92, layers: { offloaded: 13, total: 13 } };
const cpu = { backend: 'CPU', mebibytes: 98 };
const good = { nodes: [{ path: '/dev/nvidia0', held: true }], confinement, placement: { gpu, cpu } };

test('confinement is read from the container', () => {
  const label = 'system_u:system_r:container_t:s0:c88,c808';
  const held = { seccomp: true, noNewPrivileges: true, noCapabilities: true, readOnlyRoot: true };
  assert.equal(confinement, { ...held, label });
  assert.is(parseConfinement(inside.replace('(ro,', '(rw,')).readOnlyRoot, false);
  assert.is(parseConfinement(inside.replace('Seccomp:\t2', 'Seccomp:\t0')).seccomp, false);
});

test('all weights on the GPU, all measures on: nothing to say', () => {
  assert.equal(smokeProblems(good), []);
});

for (const [name, change, said] of [
  [
    'a node is missing',
    { nodes: [{ path: '/dev/nvidia0', held: false }] },
    /not in the container: \/dev\/nvidia0/,
  ],
  ['there is no node', { nodes: [] }, /no device node/],
  ['seccomp is off', { confinement: { ...confinement, seccomp: false } }, /seccomp is off/],
  [
    'label=disable',
    { confinement: { ...confinement, label: 'system_u:system_r:spc_t:s0' } },
    /SELinux does not confine/,
  ],
  ['the engine sees none', { problem: 'the engine sees none' }, /^not on the GPU: the engine sees none/],
  ['it fell back', { placement: { gpu: cpu, cpu } }, /on the CPU/],
  [
    'a part fell back',
    { placement: { gpu: { ...gpu, layers: { offloaded: 5, total: 13 } }, cpu } },
    /5 of 13/,
  ],
  ['the other is not on the CPU', { placement: { gpu, cpu: gpu } }, /not on the CPU/],
  ['no log', { placement: {} }, /log does not arrive/],
] as const) {
  test(`it does not pass: ${name}`, () => {
    const problems = smokeProblems({ ...good, ...change });
    assert.is(problems.length, 1);
    assert.match(problems[0] ?? '', said);
  });
}

test.run();
