import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const limitFiles = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/** Bytes that this container may really use: its cgroup's limit (version 2 or 1), or else the machine's memory. */
export function memoryLimit(
  read = (path: string) => readFileSync(path, 'utf8'),
  machine = totalmem(),
): number {
  for (const path of limitFiles) {
    try {
      const limit = Number(read(path));
      if (Number.isFinite(limit)) return Math.min(limit, machine);
    } catch {
      // That cgroup version is not the one here.
    }
  }
  return machine;
}

/** `7.3 GiB`, `512 MiB`, `3 KiB`. */
export function readableBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 2 ** (10 * power);
  return `${value >= 100 || power < 3 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
