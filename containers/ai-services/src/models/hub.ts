import { ModelFailure } from './failure.ts';
import { chooseGguf } from './gguf-choice.ts';
import { modelName, printable, safePath } from './names.ts';
import { chooseOnnx, onnxDtype } from './onnx-choice.ts';
import { type Credentials, ggufPath, type Plan, type PlannedFile } from './plan.ts';
import { boundedText, checkStatus, retrying } from './retry.ts';
import { type HubSource, sourceText } from './source.ts';
import { request, type Transport } from './transport.ts';

export interface Hub {
  /** `https://huggingface.co`, or a mirror that speaks the same API. */
  endpoint: string;
  token: string | undefined;
}

/** One file of a repository, as the hub lists it. */
export interface HubFile {
  path: string;
  size: number;
  sha256?: string;
  gitSha1?: string;
}

interface Sibling {
  rfilename?: unknown;
  size?: unknown;
  blobId?: unknown;
  lfs?: { sha256?: unknown };
}

interface Listing {
  sha?: unknown;
  cardData?: { license?: unknown };
  tags?: unknown;
  siblings?: unknown;
}

/** Asks the hub what a source stands for now, and decides which files make up the model. */
export async function planFromHub(
  transport: Transport,
  hub: Hub,
  source: HubSource,
  name?: string,
): Promise<Plan> {
  const { repo, revision, pick } = source;
  const url = `${hub.endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const credentials = hubCredentials(hub);
  const text = await retrying(transport, repo, async () => {
    const response = await request(transport, url, { credentials });
    return boundedText(
      checkStatus(response, url, () => hubDenial(hub, repo)),
      64 * 2 ** 20,
      repo,
    );
  });
  const listing = parse(text, repo);
  const sha = listing.sha;
  if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha))
    throw new ModelFailure(`${repo}: the hub names no commit`);
  const files = hubFiles(listing.siblings);
  const wanted = decide(repo, files, pick);
  const model = modelName(name ?? wanted.name, wanted.format);
  const license = licenseOf(listing);
  return {
    name: model,
    format: wanted.format,
    source: sourceText(source),
    revision: sha,
    ...(license === undefined ? {} : { license }),
    files: wanted.files.map((file) => plannedFile(hub, repo, sha, model, file, wanted)),
    ...(credentials ? { credentials } : {}),
  };
}

export function hubFileUrl(hub: Hub, repo: string, sha: string, path: string): string {
  return `${hub.endpoint}/${repo}/resolve/${sha}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

export function hubCredentials({ endpoint, token }: Hub): Credentials | undefined {
  return token === undefined ? undefined : { host: new URL(endpoint).host, authorization: `Bearer ${token}` };
}

export function hubDenial({ endpoint, token }: Hub, repo: string): ModelFailure {
  const fix = token
    ? `accept its terms at ${endpoint}/${repo} with the account of HF_TOKEN, or check the name`
    : `check the name; else accept its terms at ${endpoint}/${repo} and set HF_TOKEN to a token of yours`;
  return new ModelFailure(`the hub does not give out ${repo}: it is gated, private, or not there`, { fix });
}

interface Wanted {
  name: string;
  format: 'gguf' | 'onnx';
  files: readonly HubFile[];
}

function decide(repo: string, files: readonly HubFile[], pick: string | undefined): Wanted {
  const hasGguf = files.some(({ path }) => path.toLowerCase().endsWith('.gguf'));
  const hasOnnx = files.some(({ path }) => /^onnx\/[^/]+\.onnx$/.test(path));
  if (hasOnnx && (!hasGguf || onnxDtype(pick) !== undefined)) {
    return { name: repo, format: 'onnx', files: chooseOnnx(repo, files, pick) };
  }
  if (hasGguf) return { format: 'gguf', ...chooseGguf(repo, files, pick) };
  const [, model] = repo.split('/');
  throw new ModelFailure(
    `${repo} has neither GGUF files nor a folder onnx/, and only those two are served here`,
    {
      fix: `look on the hub for ${model}-GGUF, or for onnx-community/${model}`,
    },
  );
}

function plannedFile(
  hub: Hub,
  repo: string,
  sha: string,
  name: string,
  file: HubFile,
  { format, files }: Wanted,
): PlannedFile {
  const { path: from, ...known } = file;
  safePath(from);
  const base = from.slice(from.lastIndexOf('/') + 1);
  const projector = /mmproj/i.test(base) && !base.startsWith('mmproj');
  const fileName = projector ? `mmproj-${base}` : base;
  const path = format === 'gguf' ? ggufPath(name, fileName, files.length) : `onnx/${name}/${from}`;
  return { path: safePath(path), from, url: hubFileUrl(hub, repo, sha, from), ...known };
}

function parse(text: string, repo: string): Listing {
  try {
    const listing: unknown = JSON.parse(text);
    if (typeof listing === 'object' && listing !== null) return listing as Listing;
  } catch {
    // Said below.
  }
  throw new ModelFailure(`${repo}: what the hub answers is no description of a repository`, {
    fix: 'check HF_ENDPOINT, and whether a proxy stands between',
  });
}

function hubFiles(siblings: unknown): HubFile[] {
  if (!Array.isArray(siblings)) return [];
  return siblings.flatMap((entry: Sibling): HubFile[] => {
    const { rfilename: path, size, blobId } = entry;
    if (typeof path !== 'string' || !Number.isSafeInteger(size) || Number(size) < 0) return [];
    const sha256 = entry.lfs?.sha256;
    if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256))
      return [{ path, size: Number(size), sha256 }];
    if (typeof blobId === 'string' && /^[0-9a-f]{40}$/.test(blobId) && !entry.lfs) {
      return [{ path, size: Number(size), gitSha1: blobId }];
    }
    return [];
  });
}

function licenseOf({ cardData, tags }: Listing): string | undefined {
  if (typeof cardData?.license === 'string') return printable(cardData.license);
  const tag = Array.isArray(tags) ? tags.find((entry) => String(entry).startsWith('license:')) : undefined;
  return tag === undefined ? undefined : printable(String(tag).slice('license:'.length));
}
