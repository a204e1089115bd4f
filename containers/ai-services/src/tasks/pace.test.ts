import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPace } from './pace.ts';

test('who must wait is told how long, at the pace of late', () => {
  let time = 0;
  const pace = createPace(300, () => time);
  pace.start();
  for (let count = 0; count < 100; count++) {
    time += 500;
    pace.ended();
  }
  assert.is(pace.secondsFor(10), 5);
  assert.is(pace.secondsFor(1), 1);
  assert.is(pace.secondsFor(1e6), 300);
  // Nothing ends any more: 48 s for 32 jobs.
  time += 32_000;
  assert.is(pace.secondsFor(32), 48);
});

test('time in which nothing was to be done does not count', () => {
  let time = 0;
  const pace = createPace(300, () => time);
  time = 1e9;
  pace.start();
  time += 2000;
  assert.is(pace.secondsFor(1), 2);
});

test.run();
