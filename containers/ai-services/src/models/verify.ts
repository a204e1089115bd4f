import { join } from 'node:path';
import type { Context } from './context.ts';
import { digestOf, mismatch } from './digests.ts';
import { inventory, isStarter } from './inventory.ts';
import { entryOf, type LockedModel, readLock } from './lock.ts';
import { unknownModel } from './unknown-model.ts';
import { modelFiles } from './volume.ts';

export interface Finding {
  model: string;
  /** `unmanaged` and `starter` models have nothing that they could differ from. */
  state: 'ok' | 'changed' | 'missing' | 'unexpected' | 'unmanaged' | 'starter';
  path?: string;
  detail?: string;
}

/** Hashes the models given, or all, and compares with what was recorded when they came. */
export async function verify(context: Context, names: readonly string[]): Promise<Finding[]> {
  const lock = await readLock(context.folder);
  const known = (await inventory(context.folder))
    .filter(({ state }) => state !== 'partial')
    .map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownModel(unknown, known);
  const findings: Finding[] = [];
  for (const name of names.length > 0 ? names : known) {
    const entry = entryOf(lock, name);
    if (entry) findings.push(...(await verifyModel(context, name, entry)));
    else findings.push({ model: name, state: isStarter(name) ? 'starter' : 'unmanaged' });
  }
  return findings;
}

/** Whether a finding says that the volume is not as it was recorded. */
export function isDifference({ state }: Finding): boolean {
  return state === 'changed' || state === 'missing' || state === 'unexpected';
}

export function findingText({ model, state, path, detail }: Finding): string {
  return `${state.padEnd(10)} ${[model, path, detail].filter((word) => word !== undefined).join('  ')}`;
}

async function verifyModel(
  { folder, narrator }: Context,
  model: string,
  entry: LockedModel,
): Promise<Finding[]> {
  const there = new Map((await modelFiles(folder, model)).map(({ path, size }) => [path, size]));
  const findings: Finding[] = [];
  for (const file of entry.files) {
    const { path } = file;
    const size = there.get(path);
    there.delete(path);
    if (size === undefined) findings.push({ model, state: 'missing', path });
    else if (size !== file.size) {
      findings.push({ model, state: 'changed', path, detail: `expected ${file.size} bytes, got ${size}` });
    } else {
      const meter = narrator.meter(`checking ${path}`, size);
      const wrong = mismatch(
        file,
        await digestOf(join(folder, path), size, meter.advance).finally(meter.end),
      );
      if (wrong !== undefined) findings.push({ model, state: 'changed', path, detail: wrong });
    }
  }
  for (const path of there.keys()) findings.push({ model, state: 'unexpected', path });
  return findings.length > 0 ? findings : [{ model, state: 'ok' }];
}
