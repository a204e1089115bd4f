import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-semble-lock-'));
const lock = { file: join(folder, 'lock'), program: 'node', does: 'is at work' };
test.after(() => rmSync(folder, { recursive: true }));

test('a second one is refused while the first is at work, and may afterwards', async () => {
  await withLock(lock, async () => {
    assert.is(readFileSync(lock.file, 'utf8'), String(process.pid));
    const second = await withLock(lock, async () => 'ran').catch((error: Error) => error.message);
    assert.is(second, `another process, ${process.pid}, is at work`);
  });
  assert.not.ok(existsSync(lock.file));
  assert.is(await withLock(lock, async () => 'ran'), 'ran');
});

test('who has died, or is another program by now, holds nothing', async () => {
  for (const holder of ['4194305', '1', '']) {
    writeFileSync(lock.file, holder);
    assert.is(await withLock({ ...lock, program: 'no such program' }, async () => 'ran'), 'ran');
  }
});

test('work that fails gives it back', async () => {
  const failed = await withLock(lock, () => Promise.reject(new Error('no'))).catch(
    ({ message }: Error) => message,
  );
  assert.is(failed, 'no');
  assert.not.ok(existsSync(lock.file));
});

test.run();
