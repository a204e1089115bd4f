import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from './account.ts';
import { Failure } from './failure.ts';
import { withLock } from './lock.ts';
import { platform } from './platform.ts';

const caches = process.env.XDG_CACHE_HOME ?? (isRoot ? '/var/cache' : join(homedir(), '.cache'));

/**
 * Where the test machine lives: outside of the clone, and worth nothing, so that it may be deleted at any time.
 * Another XDG_CACHE_HOME is another machine beside it.
 */
export const vmFolder = join(caches, platform.name, 'vm');

/** What a started machine has beside its disk; there only while it runs. */
export const runFolder = join(vmFolder, 'running');

const lockFile = join(vmFolder, 'lock');

/** Runs `work` unless another process is building or booting here. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(vmFolder, { recursive: true, mode: 0o700 });
  return withLock({ file: lockFile, program: 'vm.ts', does: 'is making or starting the machine' }, work);
}

/** Fails where the disk cannot hold what will be made. */
function requireSpace(): void {
  const { bavail, bsize } = statfsSync(vmFolder);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= neededGibibytes) return;
  throw new Failure(
    `the machine needs ${neededGibibytes} GiB of disk; ${vmFolder} has ${free.toFixed(1)} GiB free`,
    { exit: 3, fix: `make room, or choose another place: XDG_CACHE_HOME=/elsewhere make vm` },
  );
}

/** Debian as a tar, as files, and as a disk; and what the machine writes. */
const neededGibibytes = 10;

const unfinished = /\.new-(\d+)$/;

/**
 * A file or folder that is there as a whole or not at all: `make` fills `path`, which becomes `final` afterwards.
 * Resolves to true where it had to be made.
 */
export async function keep(final: string, make: (path: string) => Promise<void>): Promise<boolean> {
  if (existsSync(final)) return false;
  removeUnfinished();
  requireSpace();
  const path = `${final}.new-${process.pid}`;
  try {
    await make(path);
    renameSync(path, final);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
  return true;
}

/** What was made for other sources or images goes: each part is gigabytes. */
export function removeOutdated(current: readonly string[]): void {
  for (const name of readdirSync(vmFolder)) {
    const path = join(vmFolder, name);
    if (!current.includes(path) && path !== runFolder && path !== lockFile && !unfinished.test(name))
      rmSync(path, { recursive: true, force: true });
  }
}

/** What builds left that were killed: their names say which process made them. */
function removeUnfinished(): void {
  for (const name of readdirSync(vmFolder)) {
    const pid = unfinished.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(vmFolder, name), { recursive: true, force: true });
  }
}
