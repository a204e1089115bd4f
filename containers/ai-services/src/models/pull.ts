import { link, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from './context.ts';
import { digestOf, mismatch } from './digests.ts';
import { download } from './download.ts';
import { ModelFailure } from './failure.ts';
import { hubDenial } from './hub.ts';
import { entryOf, type LockedFile, type LockedModel, readLock, writeLock } from './lock.ts';
import { bytes } from './narration.ts';
import type { Plan, PlannedFile } from './plan.ts';
import { parseSource } from './source.ts';
import { exists, filesBelow, modelFiles, placeModel, stagingFolder } from './volume.ts';
import { requireSpace } from './writing.ts';

export type Outcome = 'up to date' | 'pulled';

/** Carries out a plan: fetches what is missing, checks it, and puts the model in its place when it is whole. */
export async function pull(context: Context, plan: Plan, { force = false } = {}): Promise<Outcome> {
  const { folder, narrator } = context;
  const lock = await readLock(folder);
  const entry = entryOf(lock, plan.name);
  const there = await modelFiles(folder, plan.name);
  const kept = new Map<string, LockedFile>();
  for (const file of plan.files) {
    const found = await keep(context, file, entry?.source === plan.source ? entry : undefined);
    if (found) kept.set(file.path, found);
  }
  if (kept.size === plan.files.length && there.length === kept.size) {
    const same = entry?.source === plan.source && entry.revision === plan.revision;
    if (!same)
      await writeLock(folder, { ...lock, [plan.name]: lockEntry(context, plan, [...kept.values()]) });
    narrator.say(`${plan.name}: up to date`);
    return 'up to date';
  }
  if (there.length > 0 && !force && !sameOrigin(entry?.source, plan.source)) throw taken(plan.name, entry);
  const files = await fetchAll(context, plan, kept);
  await placeModel(folder, plan.name);
  await writeLock(folder, { ...lock, [plan.name]: lockEntry(context, plan, files) });
  const size = files.reduce((sum, file) => sum + file.size, 0);
  narrator.say(`${plan.name}: pulled, ${bytes(size)}${plan.license ? `, licence ${plan.license}` : ''}`);
  return 'pulled';
}

export function taken(name: string, entry: LockedModel | undefined): ModelFailure {
  const whose = entry ? `from ${entry.source}` : 'that nobody recorded';
  return new ModelFailure(`there is another model called ${name} already, ${whose}`, {
    fix: 'choose another name with --name, or replace it with --force',
  });
}

/** A file that is in its place and right already. */
async function keep(
  { folder, narrator }: Context,
  file: PlannedFile,
  entry: LockedModel | undefined,
): Promise<LockedFile | undefined> {
  const recorded = entry?.files.find(({ path, from }) => path === file.path && from === file.from);
  const promised: { sha256?: string; gitSha1?: string } =
    file.sha256 || file.gitSha1 ? file : (recorded ?? {});
  const path = join(folder, file.path);
  const size = await stat(path).then(
    (info) => info.size,
    () => undefined,
  );
  if (
    size === undefined ||
    size !== (file.size ?? recorded?.size) ||
    (!promised.sha256 && !promised.gitSha1)
  ) {
    return undefined;
  }
  const meter = narrator.meter(`checking ${file.path}`, size);
  const got = await digestOf(path, size, meter.advance).finally(meter.end);
  return mismatch(promised, got) === undefined ? lockedFile(file, { ...got, size }) : undefined;
}

async function fetchAll(
  context: Context,
  plan: Plan,
  kept: ReadonlyMap<string, LockedFile>,
): Promise<LockedFile[]> {
  const { folder } = context;
  const staging = stagingFolder(folder, plan.name);
  await clearStaging(staging, plan);
  const wanted = plan.files.reduce((sum, file) => sum + (kept.has(file.path) ? 0 : (file.size ?? 0)), 0);
  const staged = (await filesBelow(staging, plan.format)).reduce((sum, file) => sum + file.size, 0);
  await mkdir(folder, { recursive: true });
  await requireSpace(folder, Math.max(0, wanted - staged));
  const files: LockedFile[] = [];
  for (const file of plan.files) {
    const there = kept.get(file.path);
    if (there) await linkInto(folder, staging, file.path);
    files.push(there ?? (await fetchOne(context, plan, staging, file)));
  }
  return files;
}

/** What an earlier pull left of files that are no longer wanted must not come along. */
async function clearStaging(staging: string, { format, files }: Plan): Promise<void> {
  const wanted = new Set(files.map(({ path }) => path));
  for (const { path } of await filesBelow(staging, format)) {
    if (!wanted.has(path)) await rm(join(staging, path), { force: true });
  }
}

async function linkInto(folder: string, staging: string, path: string): Promise<void> {
  const to = join(staging, path);
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  await link(join(folder, path), to);
}

async function fetchOne(
  context: Context,
  plan: Plan,
  staging: string,
  file: PlannedFile,
): Promise<LockedFile> {
  const { folder, transport, hub, narrator } = context;
  const to = join(staging, file.path);
  const resumed = await exists(to);
  const meter = narrator.meter(`${resumed ? 'going on with' : 'downloading'} ${file.path}`, file.size);
  const got = await download(transport, {
    file,
    to,
    identity: join(staging, 'identity', file.path),
    credentials: plan.credentials,
    onBytes: meter.advance,
    onSize: async (size) => {
      meter.total(size);
      await requireSpace(folder, size);
    },
    ...(plan.source.startsWith('hf://') ? { denied: () => hubDenial(hub, repoOf(plan.source)) } : {}),
  }).finally(meter.end);
  if (file.path.endsWith('.gguf')) await requireGguf(to, file.from);
  const locked = lockedFile(file, got);
  if (locked.checked === 'nothing') {
    narrator.say(`${file.path}: sha256 ${got.sha256}, held against nothing: its source gives no hash`);
    narrator.say('  where you know it, add #sha256=… to the address');
  }
  return locked;
}

/** An error page or a pointer that was saved under the name of a model would fail much later, and obscurely. */
export async function requireGguf(path: string, from: string): Promise<void> {
  const handle = await open(path, 'r');
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0).finally(() => handle.close());
  if (buffer.toString('latin1') === 'GGUF') return;
  await rm(path, { force: true });
  throw new ModelFailure(`${from} is no GGUF file: it does not begin with GGUF`);
}

function lockedFile(file: PlannedFile, got: { sha256: string; size: number }): LockedFile {
  const checked = file.sha256 ? 'sha256' : file.gitSha1 ? 'git-sha1' : 'nothing';
  return { path: file.path, from: file.from, size: got.size, sha256: got.sha256, checked };
}

function lockEntry({ now }: Context, plan: Plan, files: readonly LockedFile[]): LockedModel {
  const { source, revision, format, license } = plan;
  return {
    source,
    ...(revision === undefined ? {} : { revision }),
    format,
    ...(license === undefined ? {} : { license }),
    pulled: now(),
    files,
  };
}

/** The same repository at another revision is an update; anything else is another model. */
function sameOrigin(a: string | undefined, b: string): boolean {
  return a !== undefined && originOf(a) === originOf(b);
}

function originOf(text: string): string {
  if (text.startsWith('file:')) return text;
  const source = parseSource(text);
  if (source.kind === 'hub') return `hub ${source.repo}`;
  return source.kind === 'url' ? source.url : `${source.host}/${source.repository}`;
}

function repoOf(source: string): string {
  return source.slice('hf://'.length).split(/[@:]/)[0] ?? source;
}
