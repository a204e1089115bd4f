import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { arrivals, importFolder, passOver, receive } from './arrivals.ts';
import type { Context } from './context.ts';
import { ModelFailure } from './failure.ts';
import { group, requireShards } from './gguf-choice.ts';
import { entryOf, type LockedFile, type LockedModel, readLock, writeLock } from './lock.ts';
import { type Format, modelName, safePath } from './names.ts';
import { isOnnxData, isSetting } from './onnx-choice.ts';
import { ggufPath } from './plan.ts';
import { requireGguf, taken } from './pull.ts';
import { modelFiles, placeModel, stagingFolder } from './volume.ts';
import { requireSpace } from './writing.ts';

export interface ImportOptions {
  /** `file:` and the path on the host, for the record. */
  source: string;
  /** What the folder or file is called, where nothing better names the model. */
  label: string;
  name?: string | undefined;
  force?: boolean;
}

interface Received {
  path: string;
  size: number;
  sha256: string;
}

interface Arrived {
  name: string;
  format: Format;
  files: ReadonlyArray<Received & { to: string }>;
}

/** Takes in a folder, or a single file, that came as a tar: GGUF files, or one ONNX model in the hub's layout. */
export async function importFiles(
  context: Context,
  input: Readable,
  options: ImportOptions,
): Promise<string[]> {
  const { folder, narrator } = context;
  const inbox = importFolder(folder);
  await rm(inbox, { recursive: true, force: true });
  try {
    const models = decide(await receiveAll(context, input, inbox), options);
    const lock = await readLock(folder);
    for (const model of models) await refuseOther(folder, model, entryOf(lock, model.name), options);
    const coming: Record<string, LockedModel> = {};
    for (const model of models) {
      await stage(folder, inbox, model);
      coming[model.name] = lockEntry(context, model, options.source);
    }
    for (const { name } of models) await placeModel(folder, name);
    await writeLock(folder, { ...lock, ...coming });
    for (const { name } of models) narrator.say(`${name}: imported`);
    return models.map(({ name }) => name);
  } finally {
    await rm(inbox, { recursive: true, force: true });
  }
}

async function receiveAll(context: Context, input: Readable, inbox: string): Promise<Received[]> {
  const received: Received[] = [];
  for await (const arrival of arrivals(input)) {
    if (!isWanted(arrival.path)) {
      await passOver(arrival);
      continue;
    }
    const to = join(inbox, safePath(arrival.path));
    await requireSpace(context.folder, arrival.size);
    const { sha256 } = await receive(context, arrival, to);
    if (/\.gguf$/i.test(to)) await requireGguf(to, arrival.path);
    received.push({ path: arrival.path, size: arrival.size, sha256 });
  }
  return received;
}

function isWanted(path: string): boolean {
  return (
    /^[^/]+\.gguf$/i.test(path) || /^onnx\/[^/]+\.onnx$/.test(path) || isOnnxData(path) || isSetting(path)
  );
}

function decide(files: readonly Received[], { label, name }: ImportOptions): Arrived[] {
  if (files.some(({ path }) => path.endsWith('.onnx'))) {
    if (!files.some(({ path }) => path === 'config.json'))
      throw new ModelFailure(`${label} has no config.json beside onnx/`);
    const model = modelName(name ?? `local/${label}`, 'onnx');
    const own = files.filter(({ path }) => !path.endsWith('.gguf'));
    return [
      {
        name: model,
        format: 'onnx',
        files: own.map((file) => ({ ...file, to: `onnx/${model}/${file.path}` })),
      },
    ];
  }
  const gguf = files.filter(({ path }) => /\.gguf$/i.test(path));
  const projectors = gguf.filter(({ path }) => /mmproj/i.test(path));
  const variants = group(gguf.filter((file) => !projectors.includes(file)));
  if (variants.length === 0) {
    throw new ModelFailure(`${label} has neither GGUF files nor a folder onnx/ with networks in it`);
  }
  if (variants.length > 1 && (name !== undefined || projectors.length > 0)) {
    const why = name === undefined ? 'it is not clear whose the projector is' : '--name can name only one';
    throw new ModelFailure(`${label} has ${variants.length} models, and ${why}`, {
      exit: 2,
      fix: 'import them one by one',
    });
  }
  return variants.map(({ stem, files: own }) => {
    requireShards(label, stem, own);
    const model = modelName(name ?? stem, 'gguf');
    const all = [...own, ...projectors];
    return {
      name: model,
      format: 'gguf',
      files: all.map((file) => ({ ...file, to: ggufPath(model, file.path, all.length) })),
    };
  });
}

async function refuseOther(
  folder: string,
  { name, files }: Arrived,
  entry: LockedModel | undefined,
  { force }: ImportOptions,
): Promise<void> {
  if (force || (await modelFiles(folder, name)).length === 0) return;
  const same = files.every(({ to, sha256 }) =>
    entry?.files.some((file) => file.path === to && file.sha256 === sha256),
  );
  if (!same || entry?.files.length !== files.length) throw taken(name, entry);
}

async function stage(folder: string, inbox: string, { name, files }: Arrived): Promise<void> {
  const staging = stagingFolder(folder, name);
  await rm(staging, { recursive: true, force: true });
  for (const { path, to } of files) {
    await mkdir(dirname(join(staging, to)), { recursive: true });
    await rename(join(inbox, path), join(staging, to));
  }
}

function lockEntry({ now }: Context, { format, files }: Arrived, source: string): LockedModel {
  const locked = files.map(
    ({ path, to, size, sha256 }): LockedFile => ({ path: to, from: path, size, sha256, checked: 'nothing' }),
  );
  return { source, format, pulled: now(), files: locked };
}
