import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DBOS, type WorkflowStatus } from '@dbos-inc/dbos-sdk';
import { ApiError } from '../../base/kit/errors.ts';
import type { FileStore } from './file-store.ts';
import { checkSql, type Format, readerOf, transform } from './transform.ts';

export interface TransformInput {
  /** Table name in the query → file id. */
  files: Readonly<Record<string, string>>;
  sql: string;
  format: Format;
}

/** A workflow run as the API shows it. */
export interface Run {
  id: string;
  object: 'run';
  workflow: string;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** Unix seconds. */
  created_at: number;
  input: unknown;
  output?: { file_id: string };
  error?: { message: string };
}

export interface Runs {
  start(input: TransformInput): Promise<Run>;
  get(id: string): Promise<Run>;
  list(): Promise<Run[]>;
  /** Ends a run where it is; one that is over stays as it is. */
  cancel(id: string): Promise<Run>;
}

const workflowName = 'transform';
const queueName = 'runs';

export interface RunsOptions {
  files: FileStore;
  workFolder: string;
  mebibytes: number;
  spillMebibytes: number;
  runsAtOnce: number;
  /** Seconds after which a run is ended. */
  runSeconds: number;
}

/**
 * Registers the workflow; to be called before DBOS is launched. A run is durable: its steps are recorded in
 * PostgreSQL, and after a crash it goes on from the first step that is not.
 */
export function createRuns(options: RunsOptions): Runs & { open(): Promise<void> } {
  const { files, workFolder, mebibytes, spillMebibytes } = options;
  const working = new Map<string, AbortController>();
  const steps = {
    // Written under the run's own name: a second try replaces what a first one left.
    compute: async (id: string, input: TransformInput) => {
      const tables = await Promise.all(
        Object.entries(input.files).map(async ([name, file]) => {
          return { name, filename: (await files.get(file)).filename, path: files.pathOf(file) };
        }),
      );
      const output = join(workFolder, `${id}.${input.format}`);
      const work = new AbortController();
      working.set(id, work);
      const late = new Error(`the run took longer than ${options.runSeconds} s (RUN_SECONDS)`);
      const timer = setTimeout(() => work.abort(late), options.runSeconds * 1000);
      const scratch = join(workFolder, `${id}.tmp`);
      try {
        await transform({
          ...input,
          tables,
          output,
          scratch,
          mebibytes,
          spillMebibytes,
          signal: work.signal,
        });
      } finally {
        clearTimeout(timer);
        working.delete(id);
      }
      return output;
    },
    publish: async (id: string, path: string, format: Format) => {
      const file = await files.adopt(path, `file-${id}`, `${id}.${format}`, 'workflow_output');
      return file.id;
    },
  };

  const workflow = DBOS.registerWorkflow(
    async (input: TransformInput): Promise<{ file_id: string }> => {
      const id = String(DBOS.workflowID);
      try {
        const path = await DBOS.runStep(() => steps.compute(id, input), { name: 'compute' });
        return {
          file_id: await DBOS.runStep(() => steps.publish(id, path, input.format), { name: 'publish' }),
        };
      } catch (error) {
        await rm(join(workFolder, `${id}.${input.format}`), { force: true });
        throw error;
      }
    },
    { name: workflowName },
  );

  return {
    async open() {
      await DBOS.registerQueue(queueName, {
        workerConcurrency: options.runsAtOnce,
        minPollingIntervalMs: 200,
      });
    },
    async start(input) {
      refuseTwins(Object.keys(input.files));
      await checkSql(input.sql);
      for (const id of Object.values(input.files)) readerOf((await files.get(id)).filename);
      const handle = await DBOS.startWorkflow(workflow, { workflowID: `run-${randomUUID()}`, queueName })(
        input,
      );
      return this.get(handle.workflowID);
    },
    async get(id) {
      if (!/^run-[a-z0-9-]+$/.test(id)) throw noSuchRun(id);
      const status = await DBOS.getWorkflowStatus(id);
      if (status === null) {
        throw new ApiError(
          404,
          'run_not_found',
          `there is no run '${id.slice(0, 100)}'; GET /v1/runs lists them`,
        );
      }
      return toRun(status);
    },
    async cancel(id) {
      await this.get(id);
      await DBOS.cancelWorkflow(id);
      working.get(id)?.abort(new Error('the run was cancelled'));
      return this.get(id);
    },
    async list() {
      const statuses = await DBOS.listWorkflows({
        workflowName,
        sortDesc: true,
        limit: 100,
        loadInput: true,
      });
      return statuses.map(toRun);
    },
  };
}

function noSuchRun(id: string): ApiError {
  return new ApiError(404, 'run_not_found', `there is no run '${id.slice(0, 100)}'; GET /v1/runs lists them`);
}

/** SQL's names are the same in capitals. */
function refuseTwins(names: readonly string[]): void {
  if (new Set(names.map((name) => name.toLowerCase())).size === names.length) return;
  throw new ApiError(400, 'invalid_request', 'two tables have the same name but for capitals', {
    param: 'input.files',
  });
}

const states: Readonly<Record<string, Run['status']>> = {
  ENQUEUED: 'queued',
  DELAYED: 'queued',
  PENDING: 'running',
  SUCCESS: 'succeeded',
  CANCELLED: 'cancelled',
};

function toRun(status: WorkflowStatus): Run {
  const error = status.error as { message?: string } | undefined;
  return {
    id: status.workflowID,
    object: 'run',
    workflow: status.workflowName,
    status: states[status.status] ?? 'failed',
    created_at: Math.floor(status.createdAt / 1000),
    input: status.input?.[0],
    ...(status.output ? { output: status.output as { file_id: string } } : {}),
    ...(error ? { error: { message: error.message ?? String(error) } } : {}),
  };
}
