import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { overlaps, parseSubnet, type Range } from './subnets.ts';

const test = suite('project/subnets');

test('reads what a prefix spans', () => {
  assert.equal(parseSubnet('10.88.0.7/24'), { first: 0x0a580000, last: 0x0a5800ff });
  assert.equal(parseSubnet('0.0.0.0/0'), { first: 0, last: 0xffffffff });
  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.256/8', 'fd00::/64', ''])
    assert.is(parseSubnet(text), undefined);
});

test('tells whether two share an address', () => {
  const shared = (one: string, other: string) =>
    overlaps(parseSubnet(one) as Range, parseSubnet(other) as Range);
  assert.ok(shared('10.88.0.0/16', '10.88.3.0/24'));
  assert.ok(shared('10.88.3.0/24', '10.0.0.0/8'));
  assert.not(shared('10.88.0.0/24', '10.88.1.0/24'));
});

test.run();
