import type { Report } from '../../finding.ts';
import { short } from '../../kube/pod.ts';
import { at, itemsAt, type Tree, textAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'kube-missing-reference',
  title: 'variables come from an object that is not among the files',
  severity: 'info',
  why: 'Podman refuses the pod unless the config map is handed in with --configmap, or the secret was played before.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Put the object into the same file, or say where it comes from; optional: true lets the pod start without.',
  applies: 'project',
  *check({ documents, pods }) {
    const names = new Set(documents.map(({ kind, name }) => `${kind} ${name}`));
    for (const { containers } of pods) {
      for (const { tree } of containers) {
        for (const item of itemsAt(tree, 'envFrom')) {
          yield* missing(at(item, 'configMapRef'), 'ConfigMap', names);
          yield* missing(at(item, 'secretRef'), 'Secret', names);
        }
        for (const item of itemsAt(tree, 'env')) {
          yield* missing(at(item, 'valueFrom', 'configMapKeyRef'), 'ConfigMap', names);
          yield* missing(at(item, 'valueFrom', 'secretKeyRef'), 'Secret', names);
        }
      }
    }
  },
});

function* missing(reference: Tree | undefined, kind: string, names: ReadonlySet<string>): Generator<Report> {
  const name = textAt(reference, 'name');
  if (name === undefined || valueAt(reference, 'optional') === true || names.has(`${kind} ${name}`)) return;
  const place = at(reference, 'name')?.span;
  if (place !== undefined) yield { at: place, message: `no ${kind} '${short(name)}' is among the files` };
}
