import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseVersion } from '../lib/version.ts';
import { check } from './check.ts';
import { loadFiles } from './files.ts';
import { positionOf } from './source.ts';

/**
 * A rule's examples: in its folders `good` and `bad` each file is a project of its own, and each folder is one of
 * several files. A name that begins with `podman-4.9-` is checked for that version, others for the newest.
 */
export function fixtureCases(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** What the rule `id` says of a case: `file:line:col: message`, paths relative to the rule's folder. */
export function findingsIn(path: string, id: string, ruleFolder: string): string[] {
  const version = /podman-(\d+\.\d+)-/.exec(path)?.[1] ?? '6.0';
  const loaded = loadFiles([path]);
  const { findings } = check(loaded.sources, {
    podman: parseVersion(version),
    unreadable: loaded.unreadable,
  });
  return findings
    .filter(({ rule }) => rule === id)
    .map(({ at, message }) => {
      const { line, column } = positionOf(at.source, at.start);
      return `${at.source.path.slice(ruleFolder.length + 1)}:${line}:${column}: ${message}`;
    });
}
