import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What lies in a folder of models and one level below it: path → time of change and size. */
export type Snapshot = ReadonlyMap<string, string>;

export function snapshot(folder: string): Snapshot {
  const files = new Map<string, string>();
  const look = (path: string, depth: number) => {
    for (const entry of entriesOf(path)) {
      const inner = join(path, entry.name);
      if (entry.isDirectory() && depth < 2) look(inner, depth + 1);
      else if (/\.(gguf|ini)$/.test(entry.name)) files.set(inner, stamp(inner));
    }
  };
  look(folder, 1);
  return files;
}

/** Whether files only came: nothing that a loaded model may depend on was changed or taken away. */
export function onlyAdded(before: Snapshot, after: Snapshot): boolean {
  return [...before].every(([path, stamp]) => after.get(path) === stamp);
}

export function isSame(before: Snapshot, after: Snapshot): boolean {
  return before.size === after.size && onlyAdded(before, after);
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function stamp(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch {
    return 'gone';
  }
}
