import type { FromWorker, Job, ToWorker } from './job.ts';

/** A worker that does as the job's inputs say, for the pool's tests. */
const cancelled = new Set<number>();

process.on('message', async (message: ToWorker) => {
  if (message.kind === 'cancel') {
    cancelled.add(message.id);
    return;
  }
  const { id, job } = message;
  await acts[String([job.inputs].flat()[0])]?.(id, job);
});

const answer = (message: FromWorker) => process.send?.(message);
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

const acts: Readonly<Record<string, (id: number, job: Job) => unknown>> = {
  echo: (id, job) => answer({ kind: 'done', id, result: json(job.parameters), loaded: [job.model.id] }),
  'echo later': (id, job) => setTimeout(() => acts.echo?.(id, job), 300),
  pid: (id, job) => answer({ kind: 'done', id, result: json(process.pid), loaded: [job.model.id] }),
  refuse: (id) =>
    answer({
      kind: 'failed',
      id,
      failure: { status: 413, code: 'image_too_large', message: 'too large', param: 'inputs' },
      loaded: [],
    }),
  crash: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => undefined,
  // Ends early once it is told to.
  wait: async (id) => {
    while (!cancelled.has(id)) await new Promise((resolve) => setTimeout(resolve, 5));
    answer({ kind: 'done', id, result: json('cancelled'), loaded: [] });
  },
};
