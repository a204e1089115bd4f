import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Failure, messageOf } from './failure.ts';

/** How an import reaches the container, which may not read the caller's files: as a tar on its standard input. */
export interface ImportPlan {
  args: readonly string[];
  /** The file whose content is given, or the command that makes the tar. */
  input: { file: string } | { command: readonly string[] };
}

export function planImport(given: string): ImportPlan {
  const path = resolve(given.replace(/^file:(\/\/(?=\/))?/, ''));
  if (!existsSync(path)) throw new Failure(`there is no ${path}`, { exit: 2 });
  const folder = statSync(path).isDirectory();
  if (!folder && !/\.gguf$/i.test(path)) return { args: ['import-bundle'], input: { file: path } };
  const label = basename(path);
  const args = ['import-files', '--source', `file:${path}`, '--label', label];
  // The hub's own cache is made of links: what they lead to is wanted. Git keeps everything twice.
  const tar = ['tar', '-c', '--dereference', '--exclude=.git', '--exclude=.cache'];
  const what = folder ? ['-C', path, '.'] : ['-C', dirname(path), `./${label}`];
  return { args, input: { command: [...tar, ...what] } };
}

export function openInput(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new Failure(messageOf(error), { exit: 2 });
  }
}

/** Opens a file beside the one that is wanted; `keep` gives it its name, once what was written is whole. */
export function openOutput(file: string, force: boolean): { fd: number; keep(good: boolean): void } {
  const path = resolve(file);
  if (existsSync(path) && !force) {
    throw new Failure(`${path} is there already`, {
      exit: 2,
      fix: 'choose another name, or replace it with --force',
    });
  }
  const part = `${path}.part`;
  const fd = open(part);
  return {
    fd,
    keep: (good) => {
      closeSync(fd);
      if (good) renameSync(part, path);
      else rmSync(part, { force: true });
    },
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'w', 0o644);
  } catch (error) {
    throw new Failure(messageOf(error), { exit: 2 });
  }
}
