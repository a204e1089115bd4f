import { platform } from './platform.ts';
import { renderPod, variants } from './pod-manifests.ts';
import { renderQuadlets } from './quadlet-manifests.ts';

/** Path in the repository → text of every rendered file. */
export function renderManifests(): Map<string, string> {
  const pods = variants.map((variant) => [`pods/${variant.file}`, renderPod(platform, variant)] as const);
  const units = [...renderQuadlets(platform)].map(([file, text]) => [`quadlets/${file}`, text] as const);
  return new Map([...pods, ...units]);
}
