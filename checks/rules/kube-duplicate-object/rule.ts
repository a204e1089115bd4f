import { podKinds, podNameOf, short } from '../../kube/pod.ts';
import { at } from '../../parse/tree.ts';
import type { KubeDocument } from '../../project/kube.ts';
import { defineRule } from '../../rule.ts';
import { positionOf } from '../../source.ts';

/** Of other kinds podman does nothing. */
const kept = new Set(['ConfigMap', 'Secret', 'PersistentVolumeClaim']);

export const rule = defineRule({
  id: 'kube-duplicate-object',
  title: 'two objects of a file have one name',
  severity: 'error',
  why: 'Podman has no namespaces: a second pod of a name is refused, and of two config maps or secrets only one is seen.',
  evidence: ['https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go'],
  fix: 'Give each its own name.',
  applies: 'project',
  *check({ documents }) {
    const first = new Map<string, KubeDocument>();
    for (const document of documents) {
      const name = nameOf(document);
      if (name === undefined) continue;
      const key = `${document.source.path} ${name}`;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, document);
      else {
        const { line } = positionOf(earlier.source, placeOf(earlier).start);
        yield { at: placeOf(document), message: `${short(name)} stands in line ${line} already` };
      }
    }
  },
});

/** As podman names it: a pod of a Deployment has -pod behind it. */
function nameOf(document: KubeDocument): string | undefined {
  const isPod = podKinds.has(document.kind);
  const name = isPod ? podNameOf(document) : document.name;
  return name === undefined || !(isPod || kept.has(document.kind))
    ? undefined
    : `${isPod ? 'pod' : document.kind} '${name}'`;
}

function placeOf({ tree }: KubeDocument) {
  return (at(tree, 'metadata', 'name') ?? tree).span;
}
