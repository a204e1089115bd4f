import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytes, createNarrator, progressLine } from './narration.ts';

test('sizes are said as people say them', () => {
  assert.equal([0, 999, 1000, 12_345, 766_000, 4_370_000_000].map(bytes), [
    '0 B',
    '999 B',
    '1.0 kB',
    '12.3 kB',
    '766 kB',
    '4.4 GB',
  ]);
});

test('a line of progress has what is known', () => {
  assert.is(progressLine('x', 50, 200, 50, 10), 'x  25 %  50 B of 200 B  5 B/s  30 s left');
  assert.is(progressLine('x', 50, undefined, 0, 0), 'x  50 B');
});

test('a terminal gets a live line, a log one line when a phase begins', () => {
  const written = (live: boolean) => {
    const out: string[] = [];
    let time = 0;
    const narrator = createNarrator({ write: (text) => out.push(text), live, columns: 40, now: () => time });
    const meter = narrator.meter('x', 200);
    for (time = 1000; time <= 1100; time += 50) meter.advance(50);
    meter.end();
    narrator.say('done');
    return out;
  };
  assert.equal(written(false), ['x (200 B)\n', 'done\n']);
  assert.equal(written(true), [
    '\r\x1b[2Kx  25 %  50 B of 200 B  50 B/s  3 s lef',
    '\r\x1b[2K',
    '\r\x1b[2Kdone\n',
  ]);
});

test.run();
