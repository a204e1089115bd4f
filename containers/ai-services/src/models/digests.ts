import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

export interface Digests {
  sha256: string;
  /** Git's hash of the same bytes, where their number was known beforehand. */
  gitSha1?: string;
}

export interface Digester {
  add(chunk: Uint8Array): void;
  end(): Digests;
}

/** Hashes bytes as they pass; `size` in bytes is needed only for git's hash, which begins with it. */
export function createDigester(size?: number): Digester {
  const sha256 = createHash('sha256');
  const git = size === undefined ? undefined : createHash('sha1').update(`blob ${size}\0`);
  return {
    add: (chunk) => {
      sha256.update(chunk);
      git?.update(chunk);
    },
    end: () => ({ sha256: sha256.digest('hex'), ...(git ? { gitSha1: git.digest('hex') } : {}) }),
  };
}

/** Feeds a file to a digester. */
export async function digestInto(
  digester: Digester,
  path: string,
  onBytes: (count: number) => void,
): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    digester.add(chunk as Buffer);
    onBytes((chunk as Buffer).length);
  }
}

export async function digestOf(
  path: string,
  size: number,
  onBytes: (count: number) => void = () => undefined,
): Promise<Digests> {
  const digester = createDigester(size);
  await digestInto(digester, path, onBytes);
  return digester.end();
}

/** What was promised and is not so; `undefined` where all is well. */
export function mismatch(promised: { sha256?: string; gitSha1?: string }, got: Digests): string | undefined {
  if (promised.sha256 !== undefined) {
    return promised.sha256 === got.sha256
      ? undefined
      : `expected sha256 ${promised.sha256}, got ${got.sha256}`;
  }
  if (promised.gitSha1 === undefined || promised.gitSha1 === got.gitSha1) return undefined;
  return `expected git sha1 ${promised.gitSha1}, got ${got.gitSha1}`;
}
