import { isMap, isSeq, parseAllDocuments, type YAMLMap } from 'yaml';
import type { Podman } from './podman.ts';

/** A scratch folder of the pod: memory, bounded, from which nothing can be run. */
interface Scratch {
  volume: string;
  mebibytes: number;
}

const mountOptions = 'noexec,nosuid,nodev';

/**
 * Plays a pod in its network. Scratch folders (`emptyDir`, `medium: Memory`) become tmpfs volumes made here: podman 4
 * would put them on disk without a bound, podman 5 in memory without one, and either lets programs in them run.
 */
export async function playPod(
  podman: Podman,
  network: string,
  text: string,
  /** Folder of the seccomp profiles that the pod names; absent where it names none. */
  profiles?: string,
): Promise<void> {
  const { text: played, scratch } = withScratchVolumes(text);
  for (const { volume, mebibytes } of scratch) {
    await podman.attempt(['volume', 'rm', volume]);
    // Blocks of 4 KiB: podman 4 takes `size=` for a disk quota.
    const options = `o=nr_blocks=${mebibytes * 256},mode=1777,nosuid,nodev`;
    await podman.run([
      ...['volume', 'create', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', options],
      volume,
    ]);
  }
  const seccomp = profiles === undefined ? [] : ['--seccomp-profile-root', profiles];
  await podman.run(['kube', 'play', '--network', network, ...seccomp, '-'], { input: played });
}

export function withScratchVolumes(text: string): { text: string; scratch: Scratch[] } {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return { text, scratch: [] };
  const scratch: Scratch[] = [];
  for (const document of documents) {
    for (const volume of maps(document.getIn(['spec', 'volumes']))) {
      if (volume.getIn(['emptyDir', 'medium']) !== 'Memory') continue;
      const name = String(volume.get('name'));
      const size = String(volume.getIn(['emptyDir', 'sizeLimit']));
      scratch.push({ volume: name, mebibytes: Number.parseInt(size, 10) });
      volume.delete('emptyDir');
      volume.set('persistentVolumeClaim', document.createNode({ claimName: name }));
    }
    const names = new Set(scratch.map(({ volume }) => volume));
    for (const container of maps(document.getIn(['spec', 'containers']))) {
      for (const mount of maps(container.get('volumeMounts'))) {
        if (names.has(String(mount.get('name')))) {
          mount.set('mountPath', `${mount.get('mountPath')}:${mountOptions}`);
        }
      }
    }
  }
  return { text: documents.map((document) => document.toString({ lineWidth: 0 })).join(''), scratch };
}

function maps(node: unknown): YAMLMap[] {
  return isSeq(node) ? node.items.filter(isMap) : [];
}
