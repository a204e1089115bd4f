import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseAllDocuments, parseDocument } from 'yaml';
import {
  bindLabel,
  configHash,
  configLabel,
  methodLabel,
  type Outcome,
  podState,
  refuseTakenPort,
} from './deployment.ts';
import { Failure } from './failure.ts';
import { playPod } from './kube-play.ts';
import { root } from './paths.ts';
import { type Platform, platform } from './platform.ts';
import { removePod } from './pod-removal.ts';
import type { Podman } from './podman.ts';
import { stopQuadlets } from './quadlet-deployment.ts';
import { apply } from './run.ts';
import { profileFolder, profilePlan } from './seccomp-install.ts';

/** Plays pods/ai-semble.yaml, with this host's address, unless just that is running already. */
export async function deployKube(podman: Podman, published: Platform['published']): Promise<Outcome> {
  const { name, stopSeconds } = platform;
  const text = podText(readFileSync(join(root, 'pods', `${name}.yaml`), 'utf8'), published);
  const profiles = profilePlan(podman.account, profileFolder(podman.account));
  const config = await configHash(podman, text + JSON.stringify(profiles));
  const state = await podState(podman, name);
  await refuseTakenPort(podman, published);
  if (state?.config === config && state.running) return 'unchanged';
  // A stopped pod is played anew: started after a reboot, podman 4.3.1 would not publish its port again.
  if (state?.method === 'quadlet') await stopQuadlets(podman.account);
  if (state) await removePod(podman, name, stopSeconds);
  const labelled = labelPod(text, {
    [configLabel]: config,
    [methodLabel]: 'kube',
    [bindLabel]: published.ip,
  });
  await apply(profiles);
  try {
    await playPod(podman, name, labelled, profileFolder(podman.account));
  } catch (error) {
    // Half a pod would keep the next try from starting.
    await removePod(podman, name, 0);
    throw error;
  }
  return state ? 'replaced' : 'started';
}

/** The pod file with another address published. */
export function podText(
  text: string,
  { ip, hostPort }: Pick<Platform['published'], 'ip' | 'hostPort'>,
  file = `${platform.name}.yaml`,
): string {
  const documents = parseAllDocuments(text) as Document.Parsed[];
  for (const document of documents) {
    const [error] = document.errors;
    if (error)
      throw new Failure(`pods/${file}:${error.linePos?.[0].line}: ${error.message}`, {
        fix: 'make manifests',
      });
    const { spec } = document.toJS() as { spec?: { containers?: Array<{ ports?: object[] }> } };
    for (const [index, container] of (spec?.containers ?? []).entries()) {
      if (container.ports === undefined) continue;
      document.setIn(['spec', 'containers', index, 'ports', 0, 'hostIP'], ip);
      document.setIn(['spec', 'containers', index, 'ports', 0, 'hostPort'], hostPort);
    }
  }
  return documents.map((document) => document.toString({ lineWidth: 0 })).join('');
}

function labelPod(text: string, labels: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(labels)) document.setIn(['metadata', 'labels', key], value);
  return document.toString({ lineWidth: 0 });
}
