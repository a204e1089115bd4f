import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SupervisedProcess, supervise } from './supervisor.ts';

const silent = pino({ level: 'silent' });

const target = (script: string, onLine: (line: string) => void = () => undefined): SupervisedProcess => ({
  argv: [process.execPath, '-e', script],
  env: { PATH: process.env.PATH },
  stopSignal: 'SIGTERM',
  onLine,
  minDelayMs: 1,
  maxDelayMs: 4,
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries++) await sleep(10);
  assert.ok(condition());
}

test('a child that ends is started again, and its lines of either stream are handed on', async () => {
  const lines: string[] = [];
  const supervisor = supervise(
    target('console.log("out"); console.error("err"); process.exit(3)', (line) => lines.push(line)),
    silent,
  );
  await until(() => supervisor.restarts >= 2);
  await supervisor.stop();
  assert.is(supervisor.running, false);
  assert.ok(lines.includes('out') && lines.includes('err'));
});

test('a child that runs is ended by its signal and stays ended', async () => {
  const lines: string[] = [];
  const script =
    'process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); console.log("up"); setInterval(() => {}, 1e6)';
  const supervisor = supervise(
    target(script, (line) => lines.push(line)),
    silent,
  );
  await until(() => lines.includes('up'));
  assert.is(supervisor.running, true);
  await supervisor.stop();
  assert.equal([supervisor.running, supervisor.restarts], [false, 0]);
  await until(() => lines.includes('bye'));
});

test('a program that does not exist is tried again, not a crash', async () => {
  const supervisor = supervise({ ...target(''), argv: ['/does/not/exist'] }, silent);
  await until(() => supervisor.restarts >= 2);
  await supervisor.stop();
});

test.run();
