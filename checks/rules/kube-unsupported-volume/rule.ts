import { before, isNull, short } from '../../kube/pod.ts';
import { at, itemsAt, keyAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import support from '../../tables/kube-support.json' with { type: 'json' };

const rejected: Readonly<Record<string, { readonly note: string; readonly until?: string }>> =
  support.rejected;
const sources = ['hostPath', 'persistentVolumeClaim', 'configMap', 'secret', 'emptyDir', 'image'];

export const rule = defineRule({
  id: 'kube-unsupported-volume',
  title: 'a volume is of a kind that podman does not have',
  severity: 'error',
  why: 'Podman drops the source of the volume and then refuses the pod, because nothing is left that it could mount.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/volume.go',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
  ],
  fix: 'Take hostPath, persistentVolumeClaim, configMap, secret, emptyDir, or image where podman has it.',
  applies: 'pod',
  *check({ spec }, { podman }) {
    for (const volume of itemsAt(spec, 'volumes')) {
      if (volume.type !== 'map') continue;
      const kinds = volume.entries.map(({ key }) => String(key.value)).filter((key) => key !== 'name');
      const wrong = kinds.find((kind) => isRejected(kind, podman));
      const isFound = sources.some((source) => {
        const tree = at(volume, source);
        return tree !== undefined && !isNull(tree) && !isRejected(source, podman);
      });
      if (isFound) continue;
      const place = wrong === undefined ? (at(volume, 'name') ?? volume) : (keyAt(volume, wrong) ?? volume);
      const until = wrong === undefined ? undefined : rejected[`Volume.${wrong}`]?.until;
      const message =
        wrong === undefined
          ? `volume '${short(textAt(volume, 'name') ?? '')}' has no source`
          : `podman ${podman.text} has no volumes of kind '${short(wrong)}'${until === undefined ? '' : `; ${until} has`}`;
      yield { at: place.span, message };
    }
  },
});

function isRejected(kind: string, podman: Parameters<typeof before>[0]): boolean {
  const entry = Object.hasOwn(rejected, `Volume.${kind}`) ? rejected[`Volume.${kind}`] : undefined;
  return entry !== undefined && (entry.until === undefined || before(podman, entry.until));
}
