import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { syscallGroups } from './seccomp-groups.ts';
import { allowedNames, allows, groupsOf, missingFrom, profileOf } from './seccomp-profile.ts';

const bare = profileOf('nobody', []);
const terminal = (request: number) => `ioctl 0 ${request} 0`;

test('a call that was seen brings its siblings, and nobody else gets them', () => {
  assert.not(allows(bare, 'setitimer'));
  const timed = profileOf('nobody', ['setitimer']);
  assert.ok(allows(timed, 'timer_create'));
  assert.equal(
    allowedNames(timed).filter((name) => !allowedNames(bare).includes(name)),
    [...(syscallGroups.find(({ id }) => id === 'timers')?.names ?? [])].sort(),
  );
});

test('what no group knows is missing, and what is refused on purpose is not', () => {
  const calls = ['read', 'setns', 'clone3', 'io_uring_setup', 'socket 40 0 0', 'socket 2 0 6'];
  assert.equal(missingFrom(profileOf('nobody', calls), calls), ['setns', 'socket 40 0 0']);
});

test('clone makes threads and processes, never namespaces', () => {
  assert.ok(allows(bare, 'clone 3997440 0 0'));
  for (const bit of [17, 25, 26, 27, 28, 29, 30])
    assert.not(allows(bare, `clone ${(1 << bit) + 17} 0 0`), `bit ${bit}`);
});

test('sockets of other families and protocols that load modules are denied', () => {
  for (const call of ['socket 1 0 0', 'socket 10 0 6', 'socket 2 0 17', 'socket 16 0 0'])
    assert.ok(allows(bare, call), call);
  for (const call of [
    'socket 17 0 0',
    'socket 38 0 0',
    'socket 2 0 132',
    'socket 16 0 9',
    'socketpair 2 0 0',
  ])
    assert.not(allows(bare, call), call);
});

test("a GPU's driver may be asked anything, a terminal not to type", () => {
  const withGpu = profileOf('llm', []);
  assert.ok(groupsOf('llm', []).some(({ id }) => id === 'graphics'));
  for (const request of [0xc0104600, 0x30000001, 0x25, 0xc0086409]) {
    assert.ok(allows(withGpu, terminal(request)), request.toString(16));
    assert.not(allows(bare, terminal(request)));
  }
  // TIOCSTI, and the same with bits that the kernel passes over.
  for (const request of [0x5412, 0x100005412, 0x541c]) {
    assert.not(allows(withGpu, terminal(request)), request.toString(16));
    assert.not(allows(bare, terminal(request)));
  }
  assert.ok(allows(bare, terminal(0x5401)));
});

test('a call stands in one group, so that there is one reason to read', () => {
  const plain = syscallGroups.filter(({ when }) => when === undefined).flatMap(({ names }) => names);
  assert.equal(
    plain.filter((name, index) => plain.indexOf(name) !== index),
    [],
  );
});

test.run();
