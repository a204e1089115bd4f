import type { Report } from '../../finding.ts';
import { labelOf, short } from '../../kube/pod.ts';
import { type Mount, mounts, splitMountPath } from '../../kube/volumes.ts';
import { at, itemsAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const options =
  /^(upperdir=.*|workdir=.*|idmap.*|(no)?(exec|dev|suid|copy)|r[ow]|[zZOU]|r?(private|shared|slave|unbindable|bind)|cached|delegated|no-dereference|nocreate)$/;

export const rule = defineRule({
  id: 'pod-mount',
  title: 'a mount has no volume, or no place to go to',
  severity: 'error',
  why: 'Podman refuses the pod for a mount without a volume or with a path that it cannot use, and of two volumes of one name takes the last.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://github.com/containers/common/blob/main/pkg/parse/parse.go',
  ],
  fix: 'Name a volume of spec.volumes, each only once, and an absolute path without a colon, or with options of --volume behind one.',
  applies: 'pod',
  *check(pod) {
    const names = new Set<string>();
    for (const volume of itemsAt(pod.spec, 'volumes')) {
      const name = textAt(volume, 'name');
      const place = at(volume, 'name');
      if (name === undefined || place === undefined) continue;
      if (names.has(name))
        yield { at: place.span, message: `volume '${short(name)}' is there twice: the last counts` };
      names.add(name);
    }
    for (const mount of mounts(pod)) yield* reportsOf(mount, names);
  },
});

function* reportsOf({ mount, volume, container }: Mount, names: ReadonlySet<string>): Generator<Report> {
  if (mount.type !== 'map' || at(mount, '<<') !== undefined) return;
  const label = labelOf(container);
  if (volume === undefined) yield { at: mount.span, message: `a mount of ${label} names no volume` };
  else if (!names.has(volume)) {
    yield { at: (at(mount, 'name') ?? mount).span, message: `no volume '${short(volume)}' is in the pod` };
  }
  const place = (at(mount, 'mountPath') ?? at(mount, 'name') ?? mount).span;
  const split = splitMountPath(mount);
  if (split === undefined) return yield { at: place, message: `a mount of ${label} has no mountPath` };
  const colons = textAt(mount, 'mountPath')?.split(':').length ?? 0;
  const unknown = split.options.find((option) => !options.test(option));
  if (colons > 2) yield { at: place, message: 'expected PATH or PATH:OPTIONS' };
  else if (!split.path.startsWith('/'))
    yield { at: place, message: `expected an absolute path, got '${short(split.path)}'` };
  else if (unknown !== undefined) yield { at: place, message: `'${short(unknown)}' is no option of a mount` };
}
