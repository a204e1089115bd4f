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
  /** The cache as one job sees it: what it gets stays loaded until it ends. */
  lease(signal: AbortSignal): ModelLease;
  loaded(): string[];
}

export interface ModelLease {
  /** What `load` made of the model before, or makes of it now; `kind` tells apart what is made of one model. */
  get<T extends Disposable>(
    model: Job['model'],
    kind: string,
    load: (id: string, options: PretrainedModelOptions) => Promise<T>,
  ): Promise<T>;
  /** Tokens of one text that this service has the memory for. */
  longestTokens: number;
  end(): void;
}

interface Entry {
  model: Job['model'];
  value: Promise<Disposable>;
  users: number;
}

/** Keeps loaded models within their share of memory: those used longest ago go first, and none that is in use. */
export function createModelCache({
  modelsFolder,
  threads,
  weightBytes,
  longestTokens,
}: WorkerSettings): ModelCache {
  env.allowRemoteModels = false;
  env.localModelPath = join(modelsFolder, 'onnx/');
  env.useFSCache = false;
  const held = new Map<string, Entry>();
  const waiting: (() => void)[] = [];

  /** Models that nobody uses go until there is room; what must be gone before another is loaded, or `undefined`. */
  const makeRoom = ({ bytes }: Job['model']): Promise<unknown> | undefined => {
    let used = [...held.values()].reduce((sum, entry) => sum + entry.model.bytes, 0);
    const going: Promise<unknown>[] = [];
    for (const [key, entry] of held) {
      if (used + bytes <= weightBytes) break;
      if (entry.users > 0) continue;
      held.delete(key);
      used -= entry.model.bytes;
      going.push(entry.value.then((value) => value.dispose()));
    }
    return used + bytes <= weightBytes ? Promise.all(going) : undefined;
  };

  const entryOf = async (
    key: string,
    model: Job['model'],
    load: () => Promise<Disposable>,
    signal: AbortSignal,
  ): Promise<Entry> => {
    if (model.bytes > weightBytes) throw tooHeavy(model, weightBytes);
    for (;;) {
      signal.throwIfAborted();
      const known = held.get(key);
      if (known) return known;
      const room = makeRoom(model);
      if (room) {
        const made: Entry = { model, value: room.then(load), users: 0 };
        held.set(key, made);
        made.value.catch(() => held.get(key) === made && held.delete(key));
        return made;
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  };

  const lease = (signal: AbortSignal): ModelLease => {
    const used = new Set<Entry>();
    return {
      longestTokens,
      get: async <T extends Disposable>(
        model: Job['model'],
        kind: string,
        load: (id: string, options: PretrainedModelOptions) => Promise<T>,
      ) => {
        const key = `${kind} ${model.precision} ${model.id}`;
        const options: PretrainedModelOptions = {
          dtype: model.precision,
          device: 'cpu',
          local_files_only: true,
          session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential' },
        };
        const entry = await entryOf(key, model, () => load(model.id, options), signal);
        if (!used.has(entry)) entry.users++;
        used.add(entry);
        // Set anew: a map keeps the order in which its keys came.
        if (held.delete(key)) held.set(key, entry);
        return entry.value as Promise<T>;
      },
      end: () => {
        for (const entry of used) entry.users--;
        used.clear();
        for (const goOn of waiting.splice(0)) goOn();
      },
    };
  };

  return { lease, loaded: () => [...new Set([...held.values()].map(({ model }) => model.id))] };
}

function tooHeavy({ id, bytes }: Job['model'], weightBytes: number): ApiError {
  const message = `model '${id}' has ${readableBytes(bytes)} of weights, but this service keeps at most ${readableBytes(weightBytes)}; take a quantised one, or raise the service's memory limit`;
  return new ApiError(507, 'insufficient_memory', message, { param: 'model' });
}
