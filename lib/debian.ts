import { existsSync } from 'node:fs';
import { asAccount } from './account.ts';
import { Failure, type FailureDetails } from './failure.ts';
import type { Podman } from './podman.ts';
import { pipe } from './run.ts';

/** A Debian made from its packages. */
export interface Debian {
  suite: 'trixie' | 'forky';
  /** mmdebstrap's: which packages come before those of `include`. */
  variant: 'minbase' | 'essential' | 'apt';
  include?: readonly string[];
  /** Folders of /usr/share that are left out. */
  without?: readonly string[];
}

/** mmdebstrap's argument vector; the result goes to standard output, or into `target` in that format. */
export function debianArgv(
  { suite, variant, include = [], without = [] }: Debian,
  mode: 'unshare' | 'root',
  target: { format: 'tar' | 'directory'; path: string } = { format: 'tar', path: '-' },
): string[] {
  return [
    ...['mmdebstrap', '--quiet', `--mode=${mode}`, `--variant=${variant}`, `--format=${target.format}`],
    // A mirror may lag behind by weeks; signatures are still checked.
    '--aptopt=Acquire::Min-ValidTime "15552000"',
    ...(include.length > 0 ? [`--include=${include.join()}`] : []),
    ...without.map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
    ...[suite, target.path],
  ];
}

/** Makes an image of it, in the account's own user namespace. */
export async function importDebian(
  podman: Podman,
  debian: Debian,
  image: string,
  changes: readonly string[] = [],
): Promise<void> {
  const options = changes.flatMap((change) => ['--change', change]);
  const into = podman.argv(['import', '--quiet', ...options, '-', image]);
  await pipe(asAccount(podman.account, debianArgv(debian, 'unshare')), into);
}

/** Fails with `why` where there is no mmdebstrap. */
export function requireMmdebstrap(why: string, details: FailureDetails): void {
  if (!existsSync('/usr/bin/mmdebstrap')) throw new Failure(why, details);
}
