import type { Context } from './context.ts';
import { inventory } from './inventory.ts';
import { readLock, writeLock } from './lock.ts';
import { unknownModel } from './unknown-model.ts';
import { removeModel } from './volume.ts';

/** Deletes models and what is recorded of them; none, where one of the names is unknown. */
export async function remove({ folder, narrator }: Context, names: readonly string[]): Promise<void> {
  const known = (await inventory(folder)).map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownModel(unknown, known);
  for (const name of names) {
    // The record goes last: until then verify and list say what is missing.
    await removeModel(folder, name);
    const { [name]: entry, ...rest } = await readLock(folder);
    if (entry) await writeLock(folder, rest);
    narrator.say(`${name}: removed`);
  }
}
