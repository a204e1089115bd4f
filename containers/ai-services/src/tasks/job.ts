import type { OnnxModel } from './model-index.ts';
import type { TaskName } from './task-names.ts';

/** One request's work, as it crosses to the process that computes. */
export interface Job {
  task: TaskName;
  model: Pick<OnnxModel, 'id' | 'precision' | 'pooling' | 'bytes'>;
  /** Texts, images' bytes, or the task's own object; as the request had them. */
  inputs: unknown;
  parameters: Readonly<Record<string, unknown>>;
}

/** An error as it crosses back. */
export interface JobFailure {
  status: number;
  code: string;
  message: string;
  param: string | null;
  /** Of an error that nobody foresaw: for the log. */
  stack?: string;
}

export type ToWorker = { kind: 'run'; id: number; job: Job } | { kind: 'cancel'; id: number };
export type FromWorker =
  /** `result` is the answer's JSON. */
  | { kind: 'done'; id: number; result: Uint8Array; loaded: string[] }
  | { kind: 'failed'; id: number; failure: JobFailure; loaded: string[] };

/** What a worker is told once, through its environment. */
export interface WorkerSettings {
  modelsFolder: string;
  threads: number;
  /** Bytes of weights that may be loaded together. */
  weightBytes: number;
  /** Tokens of one text: what attention takes of memory grows with their square. */
  longestTokens: number;
  /** Pixels that the images of one request may have together. */
  pixels: number;
}
