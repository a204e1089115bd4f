import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from './failure.ts';

export interface Lock {
  file: string;
  /** A word of the command line of those who take it: a number may belong to another process by now. */
  program: string;
  /** What the holder does, for the one who is refused: 'is making the machine'. */
  does: string;
}

/** Runs `work` unless another process holds the lock; one that has died no longer does. */
export async function withLock<T>({ file, program, does }: Lock, work: () => Promise<T>): Promise<T> {
  const holder = read(file).trim();
  if (holder !== '' && read(`/proc/${holder}/cmdline`).includes(program)) {
    throw new Failure(`another process, ${holder}, ${does}`, {
      fix: `wait for it, or end it: kill ${holder}`,
    });
  }
  rmSync(file, { force: true });
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
