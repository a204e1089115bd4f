import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import { createLog } from '../../../base/kit/log.ts';
import type { Job } from './job.ts';
import { createPool, type Pool, type PoolOptions } from './pool.ts';

type Run = (work: Job, signal: AbortSignal) => Promise<unknown>;
/** Gets a pool's `run` with the answers read, and the pool. */
type Work = (run: Run, pool: Pool) => Promise<void>;

async function withPool(options: Partial<PoolOptions>, work: Work): Promise<void> {
  const pool = createPool({
    workers: 1,
    sharing: 1,
    queueMax: 10,
    jobTimeoutMs: 60_000,
    idleMs: 0,
    cancelGraceMs: 60_000,
    settings: { modelsFolder: '/none', threads: 1, weightBytes: 0, longestTokens: 0, pixels: 0 },
    log: createLog('nlp', 'silent'),
    program: new URL('./pool-worker-under-test.ts', import.meta.url),
    ...options,
  });
  try {
    await work(async (job, signal) => JSON.parse(Buffer.from(await pool.run(job, signal)).toString()), pool);
  } finally {
    await pool.stop();
  }
}

const job = (inputs: string, parameters = {}, id = 'm'): Job => ({
  task: 'fill-mask',
  model: { id, precision: 'fp32', pooling: 'mean', bytes: 1 },
  inputs,
  parameters,
});

const never = new AbortController().signal;

async function refusal(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, ApiError);
  return error as ApiError;
}

test('jobs are done in turn, by one process, and what it holds is known', () =>
  withPool({}, async (run, pool) => {
    const answers = [1, 2, 3].map((n) => run(job('echo', { n }), never));
    assert.equal(await Promise.all(answers), [{ n: 1 }, { n: 2 }, { n: 3 }]);
    assert.equal([...pool.loaded()], ['m']);
  }));

test('a refusal crosses with its status, code and words', () =>
  withPool({}, async (run) => {
    const error = await refusal(run(job('refuse'), never));
    assert.equal(
      [error.status, error.code, error.message, error.param],
      [413, 'image_too_large', 'too large', 'inputs'],
    );
  }));

test('a process that dies is an error for its job alone; a new one does the next', () =>
  withPool({}, async (run, pool) => {
    const crash = refusal(run(job('crash'), never));
    const next = run(job('echo', { n: 4 }), never);
    const error = await crash;
    assert.equal([error.status, error.code, error.retryAfter], [503, 'worker_ended', 1]);
    assert.equal(await next, { n: 4 });
    assert.is(pool.restarts, 1);
  }));

test('jobs share a process, but large ones never take its last place', () =>
  withPool({ sharing: 3 }, async (run, pool) => {
    const leaving = new AbortController();
    const large = Array.from({ length: 3 }, () =>
      run({ ...job('hang'), inputs: ['hang', 'x', 'x'] }, leaving.signal).catch(() => 'ended'),
    );
    const pid = await run(job('pid'), never);
    assert.is(await run(job('pid'), never), pid);
    assert.is(pool.waiting, 1);
    leaving.abort(new Error('enough'));
    assert.equal(await Promise.all(large), ['ended', 'ended', 'ended']);
  }));

test('a process that dies with several jobs in it: each is tried alone, and only whose fault it was fails', () =>
  withPool({ sharing: 3 }, async (run, pool) => {
    const slow = run(job('echo later', { n: 1 }), never);
    const other = run(job('echo later', { n: 2 }), never);
    const error = await refusal(run(job('crash'), never));
    assert.is(error.code, 'worker_ended');
    assert.equal(await Promise.all([slow, other]), [{ n: 1 }, { n: 2 }]);
    assert.is(pool.restarts, 2);
  }));

test('one that is killed for a cancelled job loses nothing of the others', () =>
  withPool({ sharing: 3, cancelGraceMs: 1 }, async (run) => {
    const leaving = new AbortController();
    const hanging = run(job('hang'), leaving.signal).catch((error: Error) => error.message);
    const other = run(job('echo later', { n: 2 }), never);
    leaving.abort(new Error('client left'));
    assert.is(await hanging, 'client left');
    assert.equal(await other, { n: 2 });
  }));

test('one job more than may wait is refused with the time to come back', () =>
  withPool({ queueMax: 2 }, async (run, pool) => {
    const hanging = new AbortController();
    const kept = ['hang', 'echo', 'echo'].map((what) => run(job(what), hanging.signal).catch(() => 'ended'));
    const error = await refusal(run(job('echo'), never));
    assert.equal([error.status, error.code, error.retryAfter], [503, 'queue_full', 1]);
    hanging.abort(new Error('enough'));
    assert.equal(await Promise.all(kept), ['ended', 'ended', 'ended']);
    assert.is(pool.waiting, 0);
  }));

test('a job that is cancelled while it waits never runs', () =>
  withPool({ cancelGraceMs: 1 }, async (run) => {
    const first = new AbortController();
    const second = new AbortController();
    const hanging = run(job('hang'), first.signal).catch(() => 'ended');
    const waiting = run(job('crash'), second.signal).catch((error: Error) => error.message);
    second.abort(new Error('client left'));
    assert.is(await waiting, 'client left');
    first.abort(new Error('client left'));
    await hanging;
    assert.equal(await run(job('echo', { n: 1 }), never), { n: 1 });
  }));

test('a running job that is cancelled ends by itself where it can, and keeps its process', () =>
  withPool({}, async (run) => {
    const pid = await run(job('pid'), never);
    const leaving = new AbortController();
    const waiting = run(job('wait'), leaving.signal).catch((error: Error) => error.message);
    leaving.abort(new Error('client left'));
    assert.is(await waiting, 'client left');
    assert.is(await run(job('pid'), never), pid);
  }));

test('one that does not end is killed with its process after the grace', () =>
  withPool({ cancelGraceMs: 1 }, async (run) => {
    const pid = await run(job('pid'), never);
    const leaving = new AbortController();
    const hanging = run(job('hang'), leaving.signal).catch((error: Error) => error.message);
    leaving.abort(new Error('client left'));
    assert.is(await hanging, 'client left');
    assert.is.not(await run(job('pid'), never), pid);
  }));

test('a job that takes too long is 504', () =>
  withPool({ jobTimeoutMs: 300, cancelGraceMs: 1 }, async (run) => {
    const error = await refusal(run(job('hang'), never));
    assert.equal([error.status, error.code], [504, 'inference_timeout']);
  }));

test('with several processes, a job goes to the one that has its model', () =>
  withPool({ workers: 2 }, async (run, pool) => {
    const [one, other] = await Promise.all([
      run(job('pid', {}, 'a'), never),
      run(job('pid', {}, 'b'), never),
    ]);
    assert.is.not(one, other);
    assert.equal(await Promise.all(['b', 'a'].map((id) => run(job('pid', {}, id), never))), [other, one]);
    assert.equal([...pool.loaded()].sort(), ['a', 'b']);
  }));

test('a process without work for long ends, and the next job starts another', () =>
  withPool({ idleMs: 1 }, async (run, pool) => {
    const pid = await run(job('pid'), never);
    while (pool.loaded().size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.is.not(await run(job('pid'), never), pid);
    assert.is(pool.restarts, 0);
  }));

test.run();
