import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../lib/paths.ts';
import { severities } from './finding.ts';
import { findingsIn, fixtureCases } from './fixtures.ts';
import { rules } from './rules.ts';

const test = suite('rules');
const folder = join(root, 'checks/rules');

test('every folder is a rule, in the order of the alphabet', () => {
  assert.equal(
    rules.map(({ id }) => id),
    readdirSync(folder).sort(),
  );
});

for (const rule of rules) {
  const home = join(folder, rule.id);

  test(`${rule.id}: says what, why, where from and what to do`, () => {
    assert.match(rule.id, /^[a-z]+(-[a-z0-9]+)*$/);
    assert.match(rule.title, /^[^.].*[^.]$/);
    assert.ok(severities.includes(rule.severity));
    assert.match(rule.why, /^\S.{30,}\.$/s);
    assert.match(rule.fix, /^\S.{15,}\.$/s);
    assert.ok(rule.evidence.length > 0);
    for (const address of rule.evidence) assert.match(address, /^https:\/\/\S+$/);
  });

  test(`${rule.id}: finds nothing in its good examples`, () => {
    const cases = fixtureCases(join(home, 'good'));
    assert.ok(cases.length > 0);
    assert.equal(
      cases.flatMap((path) => findingsIn(path, rule.id, home)),
      [],
    );
  });

  test(`${rule.id}: finds in its bad examples just what is expected`, () => {
    const found = fixtureCases(join(home, 'bad')).map((path) => findingsIn(path, rule.id, home));
    assert.ok(found.length > 0);
    for (const lines of found) assert.ok(lines.length > 0);
    assert.is(`${found.flat().join('\n')}\n`, readFileSync(join(home, 'expected.txt'), 'utf8'));
  });
}

test.run();
