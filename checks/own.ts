import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { root } from '../lib/paths.ts';
import type { Version } from '../lib/version.ts';
import { check } from './check.ts';
import { loadFiles } from './files.ts';
import type { Finding } from './finding.ts';
import { formatText } from './format/text.ts';

/** What the rules say of the repository's own `folders`, for a podman of that version. */
export function checkOwn(folders: readonly string[], podman: Version): readonly Finding[] {
  const present = folders.map((folder) => `${root}/${folder}`).filter((path) => existsSync(path));
  const { sources, unreadable } = loadFiles(present);
  const named = sources.map(({ path, text }) => ({ path: relative(root, path), text }));
  return check(named, { podman, unreadable }).findings;
}

/** What would not be as it says must not be started. */
export function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const count = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  throw new Failure(`the conformance checks found ${count}; nothing was changed\n${formatText(errors)}`, {
    fix: 'make check',
  });
}
