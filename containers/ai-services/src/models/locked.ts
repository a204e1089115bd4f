import type { Context } from './context.ts';
import { ModelFailure } from './failure.ts';
import { hubCredentials, hubFileUrl } from './hub.ts';
import type { LockedFile, LockedModel } from './lock.ts';
import type { Plan } from './plan.ts';
import { pull } from './pull.ts';
import { registryBlobUrl, registryCredentials } from './registry.ts';
import { parseSource } from './source.ts';

/** Pulls every model of a lock; what cannot be had does not keep the others away, and is told at the end. */
export async function pullLocked(
  context: Context,
  lock: Readonly<Record<string, LockedModel>>,
  options: { force?: boolean } = {},
): Promise<void> {
  const failures: [name: string, failure: ModelFailure][] = [];
  for (const [name, model] of Object.entries(lock)) {
    try {
      await pull(context, await planFromLock(context, name, model), options);
    } catch (error) {
      context.transport.signal.throwIfAborted();
      if (!(error instanceof ModelFailure)) throw error;
      failures.push([name, error]);
    }
  }
  for (const [name, { message, fix }] of failures) {
    context.narrator.say(`error: ${name}: ${message}`);
    if (fix !== undefined) context.narrator.say(`  fix: ${fix}`);
  }
  if (failures.length === 0) return;
  throw new ModelFailure(`${failures.length} of the lock's ${Object.keys(lock).length} models are not here`);
}

/** A lock's entry as a plan: the same revision, held against the same hashes, on whichever machine. */
export async function planFromLock(
  { transport, hub }: Context,
  name: string,
  model: LockedModel,
): Promise<Plan> {
  if (model.source.startsWith('file:')) {
    throw new ModelFailure(`it came from ${model.source}, where this machine cannot fetch it`, {
      fix: `on the machine that has it: make models ARGS='export models.tar ${name}'; then import that here`,
    });
  }
  const source = parseSource(model.source);
  const plan = (urlOf: (file: LockedFile) => string): Plan => ({
    name,
    format: model.format,
    source: model.source,
    ...(model.revision === undefined ? {} : { revision: model.revision }),
    ...(model.license === undefined ? {} : { license: model.license }),
    files: model.files.map((file) => {
      const { path, from, size, sha256 } = file;
      return { path, from, url: urlOf(file), size, sha256 };
    }),
  });
  if (source.kind === 'url') return plan(() => source.url);
  const { revision = '' } = model;
  if (source.kind === 'hub') {
    if (!/^[0-9a-f]{40}$/.test(revision)) throw new ModelFailure(`the lock names no commit for ${name}`);
    const credentials = hubCredentials(hub);
    return {
      ...plan(({ from }) => hubFileUrl(hub, source.repo, revision, from)),
      ...(credentials ? { credentials } : {}),
    };
  }
  const credentials = await registryCredentials(transport, source);
  // A blob is what its hash says: no need to believe the name beside it.
  return {
    ...plan(({ sha256 }) => registryBlobUrl(transport, source, `sha256:${sha256}`)),
    ...(credentials ? { credentials } : {}),
  };
}
