import { unavailable } from '../../../base/kit/errors.ts';

/** A model as llama.cpp's router lists it: https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export interface RouterModel {
  id: string;
  aliases: string[];
  /** Tokens that the model was trained for; unknown where the file cannot be read. */
  context_length?: number;
  architecture?: { input_modalities?: string[] };
  status: {
    value: 'unloaded' | 'loading' | 'loaded' | 'sleeping';
    /** How the router starts the model's own llama-server. */
    args: string[];
    /** The same as an INI section, with what is for the router alone. */
    preset?: string;
    failed?: boolean;
  };
}

export interface Router {
  /** Every model of the models folder; `reload` reads the folder and its presets again first. */
  list(options?: { reload?: boolean }): Promise<RouterModel[]>;
  /** Starts the model's process; the list says when it is ready. */
  load(model: string): Promise<void>;
  unload(model: string): Promise<void>;
}

/** The control part of llama.cpp's router, over HTTP. */
export function createRouter(url: string): Router {
  return {
    list: async ({ reload = false } = {}) => {
      const { data } = await ask(`${url}/v1/models${reload ? '?reload=1' : ''}`);
      return data as RouterModel[];
    },
    load: async (model) => {
      await ask(`${url}/models/load`, { model });
    },
    unload: async (model) => {
      await ask(`${url}/models/unload`, { model });
    },
  };
}

async function ask(url: string, body?: unknown): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(30_000);
  const json = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  };
  const answer = await fetch(url, { signal, ...(body === undefined ? {} : json) }).catch((cause: unknown) => {
    throw unavailable('the engine of the language models', cause);
  });
  const said = (await answer.json()) as { error?: { message?: string } };
  if (!answer.ok) throw new Error(`llama-server: ${said.error?.message ?? answer.status}`);
  return said;
}

/** The value of a flag of a model's llama-server. */
export function argumentOf({ status }: RouterModel, flag: string): string | undefined {
  const at = status.args.indexOf(flag);
  return at < 0 ? undefined : status.args[at + 1];
}

/** Where the model's own llama-server listens, on the pod's loopback; 0 while it is not started. */
export function portOf(model: RouterModel): number {
  return Number(argumentOf(model, '--port') ?? 0);
}

/** Its process runs and answers: one that sleeps (`sleep-idle-seconds` in a preset) wakes when it is asked. */
export function isResident({ status }: RouterModel): boolean {
  return status.value === 'loaded' || status.value === 'sleeping';
}
