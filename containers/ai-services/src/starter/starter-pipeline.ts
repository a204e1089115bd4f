import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env, type PipelineType, pipeline, RawImage } from '@huggingface/transformers';

/** For tests: what a pipeline is called with and gives back depends on its task. */
export type Run = (...input: readonly unknown[]) => Promise<unknown>;

/** A folder of models for one test suite. Suites share a process, and transformers.js its one path to models. */
export function modelsFolder(files: ReadonlyMap<string, Buffer>) {
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-starter-'));
  return {
    /** Writes the files and lets transformers.js read there, and nowhere else. */
    fill: () => {
      for (const [name, bytes] of files) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), bytes);
      }
      env.allowRemoteModels = false;
      env.localModelPath = join(folder, 'onnx/');
    },
    path: (name: string) => join(folder, name),
    open: async (task: PipelineType, id: string): Promise<Run> =>
      (await pipeline(task, id, { dtype: 'fp32' })) as unknown as Run,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Rgb = readonly [number, number, number];

/** A picture from a function of its pixels. */
export function picture(width: number, height: number, color: (x: number, y: number) => Rgb): RawImage {
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(color(x, y), 3 * (y * width + x));
  }
  return new RawImage(data, width, height, 3);
}

export const red: Rgb = [255, 0, 0];
export const green: Rgb = [0, 160, 0];
export const blue: Rgb = [0, 0, 255];
export const black: Rgb = [0, 0, 0];
export const white: Rgb = [255, 255, 255];

/** Scores to four digits, anywhere in a result: the rest differs between processors. */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1e4) / 1e4;
  if (Array.isArray(value)) return value.map(rounded);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rounded(part)]));
  }
  return value;
}
