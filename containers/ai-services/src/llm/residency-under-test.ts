import { ApiError } from '../../../base/kit/errors.ts';
import { createLog } from '../../../base/kit/log.ts';
import type { MemoryNeed } from './memory-need.ts';
import { createResidency, type ResidencyOptions } from './residency.ts';
import type { Router, RouterModel } from './router.ts';

/** A router whose models load at once, and a record of what it was told. */
export function fakeRouter(names: readonly string[], { pinned = '', broken = '' } = {}) {
  const told: string[] = [];
  const models = names.map((id, index): RouterModel => {
    const value = id === pinned ? 'loaded' : 'unloaded';
    return {
      id,
      aliases: [`${id}-alias`],
      status: { value, args: ['--port', String(1000 + index)] },
    };
  });
  const find = (id: string) => models.find((model) => model.id === id) as RouterModel;
  const router: Router = {
    list: async () => structuredClone(models),
    load: async (id) => {
      told.push(`load ${id}`);
      find(id).status.value = id === broken ? 'unloaded' : 'loaded';
    },
    unload: async (id) => {
      told.push(`unload ${id}`);
      find(id).status.value = 'unloaded';
    },
  };
  const crash = (id: string) => {
    find(id).status.value = 'unloaded';
  };
  const become = (id: string, value: RouterModel['status']['value']) => {
    find(id).status.value = value;
  };
  return { router, told, crash, become };
}

export const never = new AbortController().signal;

export const budgetOf = (bytes: number) => ({ budgets: { container: { bytes, of: 'the test' } } });
export const need = (total: number): MemoryNeed => ({
  total,
  fixed: 60,
  aside: 0,
  perToken: 0.01,
  context: 4000,
  layers: 1,
});

export function residencyOver(router: Router, options: Partial<ResidencyOptions> = {}) {
  return createResidency({
    router,
    lookAgain: () => router.list(),
    log: createLog('llm', 'fatal'),
    isPinned: ({ id }) => id === 'p',
    ...budgetOf(250),
    needOf: () => need(100),
    modelsMax: 0,
    idleMs: 0,
    loadTimeoutMs: 1000,
    roomWaitMs: 0,
    answers: async () => true,
    lastWords: (port) => `port ${port} said so`,
    ...options,
  });
}

export async function refusal(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw error ?? new Error('it was not refused');
  return error;
}

/** A model whose load ends when it is told to. */
export function slowRouter(names: readonly string[], slow: string) {
  const fake = fakeRouter(names);
  const load = async (id: string) => {
    await fake.router.load(id);
    if (id === slow) fake.become(id, 'loading');
  };
  const finish = () => fake.become(slow, 'loaded');
  return { ...fake, router: { ...fake.router, load }, finish };
}
