import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderUnit } from './unit-file.ts';
import { parseUnit, unitValues } from './unit-syntax.ts';

const assignments = (text: string) =>
  parseUnit(text).entries.map(({ section, key, value }) => [section, key, value]);

test('keys keep their section, value and place', () => {
  const text = '# head\n[Unit]\nDescription = A b \n\n[Pod]\nPodName=x\n';
  const { entries, heads, comments, problems } = parseUnit(text);
  assert.equal(assignments(text), [
    ['Unit', 'Description', 'A b'],
    ['Pod', 'PodName', 'x'],
  ]);
  const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
  assert.equal(
    entries.map(({ keyRange, valueRange }) => [cut(keyRange), cut(valueRange)]),
    [
      ['Description', 'A b'],
      ['PodName', 'x'],
    ],
  );
  assert.equal(
    heads.map(({ name, range }) => [name, cut(range)]),
    [
      ['Unit', '[Unit]'],
      ['Pod', '[Pod]'],
    ],
  );
  assert.equal(
    comments.map(({ text: words }) => words),
    ['head'],
  );
  assert.equal(problems, []);
});

test('continued lines are put together trimmed, comments within are passed over and noted', () => {
  const text = '[Service]\nExecStart=a \\\n# not this\n; nor this\n  b \\\n  c\nType=simple\n';
  const { entries } = parseUnit(text);
  assert.equal(
    entries.map(({ key, value, commentInside }) => [key, value.replace(/ +/g, ' '), commentInside]),
    [
      ['ExecStart', 'a b c', true],
      ['Type', 'simple', false],
    ],
  );
  assert.ok(text.slice(entries[0]?.valueRange.start, entries[0]?.valueRange.end).endsWith('c'));
});

test('a continuation that the file ends in is kept', () => {
  assert.equal(assignments('[A]\nK=v \\'), [['A', 'K', 'v']]);
});

test('a backslash without a blank before it joins the words, and a blank line ends nothing', () => {
  const text = '[A]\nK=a\\\n  b \\\n\n[B]\nL=1\n';
  assert.equal(assignments(text), [
    ['A', 'K', 'ab [B]'],
    ['A', 'L', '1'],
  ]);
  assert.ok(parseUnit(text).entries[0]?.blankInside);
});

test('what is continued by comments alone is lost', () => {
  const text = '[A]\nK=v \\\n# the end\n';
  assert.equal(assignments(text), []);
  assert.equal(
    parseUnit(text).lost.map(({ start, end }) => text.slice(start, end)),
    ['K=v'],
  );
});

test('carriage returns and indents do no harm, a byte order mark does', () => {
  assert.equal(assignments('[A]\r\n  K=v\r\n'), [['A', 'K', 'v']]);
  assert.equal(parseUnit('\uFEFF[A]\nK=v\n').problems.length, 1);
});

test('what is no entry is a problem at its place', () => {
  const text = 'Early=1\n[A]\nnonsense\n=x\n[B\n[]\n[C] # why\n';
  assert.equal(
    parseUnit(text).problems.map(({ range }) => text.slice(range.start, range.end)),
    ['Early=1', 'nonsense', '=x', '[B', '[]', '[C] # why'],
  );
});

test('a section with an assignment behind it is a key to podman', () => {
  assert.equal(assignments('[A]\n[B] k = v\n'), [['A', '[B] k', 'v']]);
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
  assert.equal(
    assignments(renderUnit(['made'], [{ name: 'Container', entries }])),
    entries.map(([key, value]) => ['Container', key, value]),
  );
});

test.run();
