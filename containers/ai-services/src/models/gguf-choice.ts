import { ModelFailure } from './failure.ts';
import type { HubFile } from './hub.ts';
import { printable } from './names.ts';
import { bytes } from './narration.ts';

/** Taken where the user names none: small enough for most machines and close to the original. */
const preferred = ['Q4_K_M', 'Q8_0', 'Q5_K_M', 'Q6_K', 'Q4_0', 'F16', 'BF16'];

/** One model file, or all shards of one. */
export interface Variant<F extends { path: string } = HubFile> {
  /** File name without folder, shard number and ending. */
  stem: string;
  files: F[];
}

/** The files of one model of a GGUF repository, with the projector for images where there is one. */
export function chooseGguf(
  repo: string,
  files: readonly HubFile[],
  pick: string | undefined,
): { name: string; files: readonly HubFile[] } {
  const gguf = files.filter(({ path }) => /\.gguf$/i.test(path));
  const projectors = gguf.filter(({ path }) => /mmproj/i.test(baseName(path)));
  const variants = group(gguf.filter((file) => !projectors.includes(file)));
  const chosen = pick === undefined ? byDefault(variants) : byPick(variants, pick);
  if (chosen.length !== 1 || chosen[0] === undefined) throw unclear(repo, variants, pick, chosen.length);
  const [{ stem, files: own }] = chosen as [Variant];
  requireShards(repo, stem, own);
  const projector = preferredProjector(projectors);
  return { name: stem, files: projector ? [...own, projector] : own };
}

/** Files by model: shards of one belong together. */
export function group<F extends { path: string }>(files: readonly F[]): Variant<F>[] {
  const variants = new Map<string, Variant<F>>();
  for (const file of files) {
    const key = file.path.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
    const variant = variants.get(key) ?? { stem: baseName(key), files: [] };
    variant.files.push(file);
    variants.set(key, variant);
  }
  return [...variants.values()];
}

function byDefault(variants: readonly Variant[]): Variant[] {
  if (variants.length === 1) return [...variants];
  for (const quant of preferred) {
    const found = byPick(variants, quant);
    if (found.length === 1) return found;
  }
  return [];
}

function byPick(variants: readonly Variant[], pick: string): Variant[] {
  const wanted = pick.toLowerCase();
  const exact = variants.filter(({ files }) => files.some(({ path }) => path.toLowerCase() === wanted));
  if (exact.length > 0) return exact;
  const named = variants.filter(
    ({ stem, files }) =>
      stem.toLowerCase() === wanted.replace(/\.gguf$/, '') ||
      files.some(({ path }) => baseName(path).toLowerCase() === wanted),
  );
  if (named.length > 0) return named;
  const tagged = variants.filter(({ stem }) => hasTag(stem.toLowerCase(), wanted));
  // `x-UD-Q4_K_M` has the tag too, and so has `x-Q4_K_M-imatrix`; the plainest name is what was meant.
  const shortest = Math.min(...tagged.map(({ stem }) => stem.length));
  const plain = tagged.filter(({ stem }) => stem.length === shortest);
  return plain.every(({ stem }) => stem.toLowerCase().endsWith(wanted)) ? plain : tagged;
}

function hasTag(stem: string, tag: string): boolean {
  return `${stem}-`.replaceAll('.', '-').includes(`-${tag.replaceAll('.', '-')}-`) || stem === tag;
}

/** A set of shards with one missing would load nowhere. */
export function requireShards(where: string, stem: string, files: readonly { path: string }[]): void {
  const total = Number(/-of-(\d{5})\.gguf$/i.exec(files[0]?.path ?? '')?.[1] ?? 1);
  if (total === files.length) return;
  throw new ModelFailure(`${where} has ${files.length} of the ${total} parts of ${printable(stem)}`);
}

function preferredProjector(projectors: readonly HubFile[]): HubFile | undefined {
  const wanted = [/[-_.]f16\./i, /bf16/i, /f32/i, /./];
  return wanted.flatMap((pattern) => projectors.filter(({ path }) => pattern.test(baseName(path)))).at(0);
}

function unclear(
  repo: string,
  variants: readonly Variant[],
  pick: string | undefined,
  found: number,
): ModelFailure {
  const lines = variants.map(({ stem, files }) => {
    const size = files.reduce((sum, file) => sum + file.size, 0);
    return `  ${printable(stem)}  ${bytes(size)}`;
  });
  const why =
    pick === undefined
      ? 'it is not clear which is wanted'
      : `${found === 0 ? 'none' : `${found}`} of them fit '${pick}'`;
  return new ModelFailure(`${repo} has ${variants.length} GGUF models, and ${why}:\n${lines.join('\n')}`, {
    exit: 2,
    fix: `name one: hf://${repo}:${printable(variants[0]?.stem ?? 'NAME')}`,
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
