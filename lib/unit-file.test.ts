import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseUnit, renderUnit, unitValues } from './unit-file.ts';

test('keys keep their section, value and line', () => {
  const { entries, problems } = parseUnit('# head\n[Unit]\nDescription = A b \n\n[Pod]\nPodName=x\n');
  assert.equal(entries, [
    { section: 'Unit', key: 'Description', value: 'A b', line: 3 },
    { section: 'Pod', key: 'PodName', value: 'x', line: 6 },
  ]);
  assert.equal(problems, []);
});

test('continued lines are joined by a space, comments within are passed over', () => {
  const { entries } = parseUnit(
    '[Service]\nExecStart=a \\\n# not this\n; nor this\n  b \\\n  c\nType=simple\n',
  );
  assert.equal(entries, [
    { section: 'Service', key: 'ExecStart', value: 'a b c', line: 2 },
    { section: 'Service', key: 'Type', value: 'simple', line: 7 },
  ]);
});

test('a continuation that the file ends in is kept', () => {
  assert.equal(parseUnit('[A]\nK=v \\').entries, [{ section: 'A', key: 'K', value: 'v', line: 2 }]);
});

test('carriage returns and a byte order mark do no harm', () => {
  assert.equal(parseUnit('\uFEFF[A]\r\nK=v\r\n').entries, [{ section: 'A', key: 'K', value: 'v', line: 2 }]);
});

test('what is no entry is a problem with its line', () => {
  const { problems } = parseUnit('Early=1\n[A]\nnonsense\n=x\n');
  assert.equal(
    problems.map((problem) => problem.line),
    [1, 3, 4],
  );
});

test('an empty assignment resets the values before it', () => {
  const unit = parseUnit('[Pod]\nPublishPort=1\nPublishPort=2\nPublishPort=\nPublishPort=3\n');
  assert.equal(unitValues(unit, 'Pod', 'PublishPort'), ['3']);
  assert.equal(unitValues(unit, 'Pod', 'Absent'), []);
});

test('what is rendered is read back the same', () => {
  const entries = [
    ['Image', 'x'],
    ['Volume', 'a:/b'],
    ['Volume', 'c:/d'],
  ] as const;
  const read = parseUnit(renderUnit(['made'], [{ name: 'Container', entries }]));
  assert.equal(
    read.entries.map(({ key, value }) => [key, value]),
    entries.map((entry) => [...entry]),
  );
});

test.run();
