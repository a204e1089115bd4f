import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isAtLeast, parseLogLine } from './log-lines.ts';
import { nearest } from './nearest.ts';
import { kubeSecret, newSecret } from './secret.ts';
import { sessionPlan } from './setup-plan.ts';
import { countTap, countUvu, summary } from './test-counts.ts';
import { waitFor } from './wait.ts';

test('nearest finds a typo and leaves strangers alone', () => {
  assert.is(nearest('tial', ['tail', 'follow']), 'tail');
  assert.is(nearest('xyz', ['tail', 'follow']), undefined);
  assert.is(nearest('x', []), undefined);
});

test('secrets are 48 letters and digits, never the same', () => {
  assert.match(newSecret(), /^[A-Za-z0-9]{48}$/);
  assert.is.not(newSecret(), newSecret());
});

test('a kube secret reads the same whichever field a podman looks at', () => {
  const value = newSecret();
  const secret = kubeSecret('n', value) as { data: object; stringData: object };
  assert.equal(secret.data, { value });
  assert.equal(secret.stringData, { value });
  assert.throws(() => kubeSecret('n', 'with-dash'), TypeError);
});

test('log lines are ours or not', () => {
  const line = parseLogLine('{"level":"warn","time":"t","service":"llm","msg":"m","extra":1}');
  assert.equal(line, { level: 'warn', time: 't', service: 'llm', msg: 'm', rest: { extra: 1 } });
  for (const text of ['plain', '{', '{"level":"odd","service":"x"}', '{"level":"info"}']) {
    assert.is(parseLogLine(text), undefined);
  }
  assert.ok(line && isAtLeast(line, 'info') && !isAtLeast(line, 'error'));
});

test('test runners are counted as they close', () => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const line of ['ok 1 a', 'not ok 2 b', 'ok 3 c # skip no GPU', '# ok 4 d', '1..3'])
    countTap(line, counts);
  assert.equal(counts, { passed: 1, failed: 1, skipped: 1 });
  for (const line of ['  Total:     5', '\u001b[32m  Passed:    3\u001b[39m', '  Skipped:   1'])
    countUvu(line, counts);
  assert.equal(counts, { passed: 4, failed: 2, skipped: 2 });
  assert.is(summary({ passed: 2, failed: 0, skipped: 0 }), '2 passed, 0 failed');
  assert.is(summary(counts), '4 passed, 2 failed, 2 skipped');
});

test('waiting ends with the value, or says what was missing', async () => {
  let tries = 0;
  const probe = async () => (++tries === 3 ? 'there' : undefined);
  assert.is(await waitFor({ what: 'it', timeoutMs: 5000, everyMs: 1 }, probe), 'there');
  try {
    await waitFor({ what: 'the moon', timeoutMs: 0, fix: 'wait longer' }, async () => undefined);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'gave up waiting for the moon');
  }
});

test('the runtime folder of a machine that stopped is emptied, that of one that runs is left alone', () => {
  const account = {
    name: 'a',
    uid: 1001,
    gid: 1002,
    home: '/home/a',
    runtimeFolder: '/run/user/1001',
    service: true,
  };
  const commands = (idle: boolean) =>
    sessionPlan(account, { idle }).map((action) => ('argv' in action ? action.argv.join(' ') : ''));
  const make = ['mkdir -p /run/user/1001', 'chown 1001:1002 /run/user/1001', 'chmod 0700 /run/user/1001'];
  assert.equal(commands(false), make);
  assert.equal(commands(true), [
    'rm -rf /run/user/1001 /tmp/podman-run-1001 /tmp/containers-user-1001',
    ...make,
  ]);
});

test.run();
