import { entryOf, type Lock, readLock } from './lock.ts';
import { type Format, formatOfName, printable } from './names.ts';
import { bytes } from './narration.ts';
import { scanVolume, unfinished } from './volume.ts';

/**
 * `managed`: recorded, and its files are there. `incomplete`: recorded, but a file is missing or of another size.
 * `partial`: a pull that was broken off. `starter`: constructed by `make models-starter`. `unmanaged`: put there
 * by hand.
 */
export type State = 'managed' | 'incomplete' | 'partial' | 'starter' | 'unmanaged';

export interface ListedModel {
  name: string;
  format: Format;
  state: State;
  bytes: number;
  source?: string;
  revision?: string;
  license?: string;
  pulled?: string;
}

/** Every model of the volume, by name. Nothing is hashed. */
export async function inventory(folder: string): Promise<ListedModel[]> {
  const lock = await readLock(folder);
  const found = await scanVolume(folder);
  const partial = await unfinished(folder);
  const known = new Set([...found.map(({ name }) => name), ...Object.keys(lock)]);
  const sizes = new Map(
    found.map(({ name, files }) => [name, new Map(files.map((file) => [file.path, file.size]))]),
  );
  const listed = [...known].map((name) => {
    const there = sizes.get(name) ?? new Map<string, number>();
    const sum = [...there.values()].reduce((total, size) => total + size, 0);
    return { name, format: formatOfName(name), bytes: sum, ...recorded(lock, name, there) };
  });
  const begun = partial
    .filter(({ name }) => !known.has(name))
    .map(({ name, format, files }) => {
      const sum = files
        .filter(({ path }) => path.includes(`/${format}/`))
        .reduce((total, { size }) => total + size, 0);
      return { name, format, state: 'partial' as const, bytes: sum };
    });
  return [...listed, ...begun].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Starter models can be made again at any time, so nothing is recorded of them. */
export function isStarter(name: string): boolean {
  return /^starter($|[-/])/.test(name);
}

export function inventoryText(models: readonly ListedModel[]): string {
  const head = ['NAME', 'FORMAT', 'SIZE', 'STATE', 'LICENCE', 'SOURCE'];
  const rows = models.map((model) => [
    printable(model.name),
    model.format,
    bytes(model.bytes),
    model.state,
    model.license ?? '-',
    model.source === undefined ? '-' : printable(model.source),
  ]);
  const widths = head.map((word, column) =>
    Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function recorded(
  lock: Lock,
  name: string,
  there: ReadonlyMap<string, number>,
): Omit<ListedModel, 'name' | 'format' | 'bytes'> {
  const entry = entryOf(lock, name);
  if (entry === undefined) return { state: isStarter(name) ? 'starter' : 'unmanaged' };
  const { source, revision, license, pulled, files } = entry;
  const complete = files.every(({ path, size }) => there.get(path) === size);
  return {
    state: complete ? 'managed' : 'incomplete',
    source,
    ...(revision === undefined ? {} : { revision }),
    ...(license === undefined ? {} : { license }),
    pulled,
  };
}
