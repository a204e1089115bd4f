import type { Format } from './names.ts';

/** One file of a model, before it is fetched. */
export interface PlannedFile {
  /** Relative to the models folder: `gguf/x.gguf`. */
  path: string;
  /** What its source calls it: a path in a repository, a blob's digest, an address. */
  from: string;
  url: string;
  /** Bytes, where the source says. */
  size?: number;
  sha256?: string;
  /** Git's own hash of the file, which the hub gives for small files. */
  gitSha1?: string;
}

/** Sent to this host alone, whatever redirects say. */
export interface Credentials {
  host: string;
  authorization: string;
}

/** Everything that a pull will do, as data. */
export interface Plan {
  name: string;
  format: Format;
  source: string;
  /** What the source's moving name stood for: a commit or a manifest's digest. */
  revision?: string;
  license?: string;
  files: readonly PlannedFile[];
  credentials?: Credentials;
}

/** Where the files of a GGUF model go: one alone beside the others, several into a folder of their own. */
export function ggufPath(name: string, fileName: string, count: number): string {
  return count === 1 ? `gguf/${name}.gguf` : `gguf/${name}/${fileName}`;
}
