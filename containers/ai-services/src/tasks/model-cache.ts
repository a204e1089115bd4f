import { join } from 'node:path';
import { env, type PretrainedModelOptions } from '@huggingface/transformers';
import { ApiError } from '../../../base/kit/errors.ts';
import { readableBytes } from '../../../base/kit/memory.ts';
import type { Job, WorkerSettings } from './job.ts';

/** Something that was loaded from a model's files and can be let go. */
export interface Disposable {
  dispose(): Promise<unknown>;
}

export interface ModelCache {
  /** What `load` made of the model before, or makes of it now; `kind` tells apart what is made of one model. */
  get<T extends Disposable>(
    model: Job['model'],
    kind: string,
    load: (id: string, options: PretrainedModelOptions) => Promise<T>,
  ): Promise<T>;
  loaded(): string[];
  /** Tokens of one text that this service has the memory for. */
  longestTokens: number;
}

/** Keeps loaded models within their share of memory: those used longest ago go first. */
export function createModelCache({
  modelsFolder,
  threads,
  weightBytes,
  longestTokens,
}: WorkerSettings): ModelCache {
  env.allowRemoteModels = false;
  env.localModelPath = join(modelsFolder, 'onnx/');
  env.useFSCache = false;
  const held = new Map<string, { model: Job['model']; value: Disposable }>();

  const makeRoom = async (model: Job['model']) => {
    if (model.bytes > weightBytes) {
      const message = `model '${model.id}' has ${readableBytes(model.bytes)} of weights, but this service keeps at most ${readableBytes(weightBytes)}; take a quantised one, or raise the service's memory limit`;
      throw new ApiError(507, 'insufficient_memory', message, { param: 'model' });
    }
    let used = [...held.values()].reduce((sum, entry) => sum + entry.model.bytes, 0);
    for (const [key, entry] of held) {
      if (used + model.bytes <= weightBytes) return;
      held.delete(key);
      used -= entry.model.bytes;
      await entry.value.dispose();
    }
  };

  return {
    longestTokens,
    get: async (model, kind, load) => {
      const key = `${kind} ${model.precision} ${model.id}`;
      const known = held.get(key);
      held.delete(key);
      if (!known) await makeRoom(model);
      const value =
        (known?.value as Awaited<ReturnType<typeof load>> | undefined) ??
        (await load(model.id, {
          dtype: model.precision,
          device: 'cpu',
          local_files_only: true,
          session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential' },
        }));
      // Set anew: a map keeps the order in which its keys came.
      held.set(key, { model, value });
      return value;
    },
    loaded: () => [...new Set([...held.values()].map(({ model }) => model.id))],
  };
}
