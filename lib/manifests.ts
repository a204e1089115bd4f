import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import { root } from './paths.ts';
import { platform } from './platform.ts';
import { renderPod, variants } from './pod-manifests.ts';
import { renderQuadlets } from './quadlet-manifests.ts';
import { profilesFolder, renderProfiles } from './seccomp-profiles.ts';

/** Path in the repository → text of every rendered file. */
export function renderManifests(): Map<string, string> {
  const pods = variants.map((variant) => [`pods/${variant.file}`, renderPod(platform, variant)] as const);
  const units = [...renderQuadlets(platform)].map(([file, text]) => [`quadlets/${file}`, text] as const);
  return new Map([...pods, ...units, ...renderProfiles(platform)]);
}

export interface ManifestDifference {
  wanted: ReadonlyMap<string, string>;
  /** Files whose text is another, or that are missing. */
  differing: readonly string[];
  /** Files that nothing renders any more. */
  leftOver: readonly string[];
}

/** How what is committed differs from what renders. */
export function compareManifests(): ManifestDifference {
  const wanted = renderManifests();
  const found = ['pods', 'quadlets', profilesFolder].flatMap((folder) =>
    list(folder).map((name) => `${folder}/${name}`),
  );
  return {
    wanted,
    differing: [...wanted]
      .filter(([file, text]) => !found.includes(file) || read(file) !== text)
      .map(([file]) => file),
    leftOver: found.filter((file) => !wanted.has(file)),
  };
}

export function refuseStaleManifests(): void {
  const { differing, leftOver } = compareManifests();
  if (differing.length + leftOver.length === 0) return;
  const files = [...differing, ...leftOver].join(', ');
  throw new Failure(`rendered files differ from lib/platform.ts: ${files}`, { fix: 'make manifests' });
}

function list(folder: string): string[] {
  try {
    return readdirSync(join(root, folder));
  } catch {
    return [];
  }
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
