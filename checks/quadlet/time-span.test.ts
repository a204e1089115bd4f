import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { secondsOf } from './time-span.ts';

const test = suite('time-span');

for (const [span, seconds] of [
  ['90', 90],
  ['1min 30s', 90],
  ['1min30s', 90],
  ['500ms', 0.5],
  ['1.5h', 5400],
  ['2 days', 172_800],
  ['infinity', Number.POSITIVE_INFINITY],
  ['', undefined],
  ['soon', undefined],
  ['5 apples', undefined],
  ['1.2.3', undefined],
  [`${'1'.repeat(5000)}!`, undefined],
] as const)
  test(`${span.slice(0, 20)} is ${seconds}`, () => assert.is(secondsOf(span), seconds));

test.run();
