import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './failure.ts';
import { type Format, formatOfName } from './names.ts';
import { syncPath } from './writing.ts';

const partialFolder = '.partial';

export interface FoundFile {
  /** Relative to the models folder. */
  path: string;
  size: number;
}

export interface FoundModel {
  name: string;
  format: Format;
  files: readonly FoundFile[];
}

/** Every model that lies in the volume, whoever put it there. */
export async function scanVolume(folder: string): Promise<FoundModel[]> {
  const models: FoundModel[] = [];
  for (const entry of await entries(join(folder, 'gguf'))) {
    const name = entry.isDirectory() ? entry.name : entry.name.replace(/\.gguf$/, '');
    if (!entry.isDirectory() && name === entry.name) continue;
    const files = await filesBelow(folder, `gguf/${entry.name}`);
    if (files.some(({ path }) => path.endsWith('.gguf'))) models.push({ name, format: 'gguf', files });
  }
  for (const org of await entries(join(folder, 'onnx'))) {
    for (const repo of await entries(join(folder, 'onnx', org.name))) {
      const files = await filesBelow(folder, `onnx/${org.name}/${repo.name}`);
      if (files.length > 0) models.push({ name: `${org.name}/${repo.name}`, format: 'onnx', files });
    }
  }
  return models;
}

/** Names of the models that a pull began and did not end. */
export async function unfinished(folder: string): Promise<FoundModel[]> {
  const found = await entries(join(folder, partialFolder));
  return Promise.all(
    found
      .filter(({ name }) => !name.startsWith('~'))
      .map(async ({ name: key }) => {
        const name = key.replace('~', '/');
        return {
          name,
          format: formatOfName(name),
          files: await filesBelow(folder, `${partialFolder}/${key}`),
        };
      }),
  );
}

/** Where a model is put together; `~` stands in no name. */
export function stagingFolder(folder: string, name: string): string {
  return join(folder, partialFolder, name.replace('/', '~'));
}

/**
 * Puts a model that is whole in its staging folder in its place, by renaming: whoever reads the volume sees the old
 * model or the new one. Its staged files lie under the same relative paths.
 */
export async function placeModel(folder: string, name: string): Promise<void> {
  const staging = stagingFolder(folder, name);
  const single = formatOfName(name) === 'gguf' && (await exists(join(staging, `gguf/${name}.gguf`)));
  const path = single ? `gguf/${name}.gguf` : modelFolder(name);
  for (const file of await filesBelow(staging, path)) await syncFolders(staging, file.path);
  await mkdir(dirname(join(folder, path)), { recursive: true });
  // A file can be replaced in one step, a folder cannot: its place is empty for a moment.
  const old = single ? undefined : await setAside(folder, path);
  await rename(join(staging, path), join(folder, path));
  await syncPath(dirname(join(folder, path)));
  if (old !== undefined) await rm(old, { recursive: true, force: true });
  if (formatOfName(name) === 'gguf') await discard(folder, single ? modelFolder(name) : `gguf/${name}.gguf`);
  await rm(staging, { recursive: true, force: true });
}

/** The files that lie where a model of this name would. */
export async function modelFiles(folder: string, name: string): Promise<FoundFile[]> {
  const alone = formatOfName(name) === 'gguf' ? await filesBelow(folder, `gguf/${name}.gguf`) : [];
  return [...alone, ...(await filesBelow(folder, modelFolder(name)))];
}

/** Takes a model out of the volume, at once for those who look, and what a pull of it has left. */
export async function removeModel(folder: string, name: string): Promise<void> {
  if (formatOfName(name) === 'gguf') await discard(folder, `gguf/${name}.gguf`);
  await discard(folder, modelFolder(name));
  await rm(stagingFolder(folder, name), { recursive: true, force: true });
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function modelFolder(name: string): string {
  return `${formatOfName(name)}/${name}`;
}

async function discard(folder: string, path: string): Promise<void> {
  await rm(await setAside(folder, path), { recursive: true, force: true });
}

/** Moves something out of sight in one step; what was set aside before and not deleted goes. */
async function setAside(folder: string, path: string): Promise<string> {
  const aside = join(folder, partialFolder, '~aside');
  await rm(aside, { recursive: true, force: true });
  await mkdir(dirname(aside), { recursive: true });
  try {
    await rename(join(folder, path), aside);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return aside;
}

async function syncFolders(staging: string, path: string): Promise<void> {
  for (let at = path; at !== '.'; at = dirname(at)) await syncPath(join(staging, at));
}

export async function filesBelow(folder: string, path: string): Promise<FoundFile[]> {
  const info = await stat(join(folder, path)).catch(() => undefined);
  if (info === undefined) return [];
  if (!info.isDirectory()) return [{ path, size: info.size }];
  const below = await Promise.all(
    (await entries(join(folder, path))).map(({ name }) => filesBelow(folder, `${path}/${name}`)),
  );
  return below.flat();
}

async function entries(folder: string) {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
