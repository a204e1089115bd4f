import { resourceNameOf } from '../../project/pod-names.ts';
import type { Project } from '../../project/project.ts';
import { servicesOf } from '../../project/services.ts';
import { headSpan } from '../../project/unit.ts';
import { options } from '../../quadlet/options.ts';
import { serviceName } from '../../quadlet/service-name.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'resource-unused',
  title: 'a volume, network, image or build unit is used by nothing',
  severity: 'info',
  why: 'It is either left over, or what should use it names something else, and podman makes that in its place.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#volume-units-volume'],
  fix: 'Name it where it is meant, as in Volume=data.volume:/data, or remove the file.',
  applies: 'project',
  *check(project) {
    const unused = project.units.filter(({ type }) => /^(volume|network|image|build)$/.test(type));
    if (unused.length === 0 || servicesOf(project).length === 0) return;
    const words = wordsUsed(project);
    for (const unit of unused) {
      const tags = options(unit, 'ImageTag', 'tag').map(({ value }) => value);
      const names = [unit.name, serviceName(unit), resourceNameOf(unit), ...tags];
      if (names.some((name) => name !== undefined && words.has(name))) continue;
      yield { at: headSpan(unit), message: `no unit and no pod uses ${unit.name}` };
    }
  },
});

/** Every word of every value, without what stands around it; instances count for their template. */
function wordsUsed(project: Project): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { entries, section } of project.units) {
    for (const { value, key, section: own } of entries) {
      // A unit does not use itself by saying what it is called.
      if (own === section && /^(VolumeName|NetworkName|ImageTag|ServiceName)$/.test(key)) continue;
      if (/^(Description|Documentation|Label|Environment)$/.test(key)) continue;
      for (const word of value.split(/[\s,="]+/).flatMap((part) => [part, part.split(':')[0] ?? ''])) {
        words.add(word);
        words.add(word.replace(/@[^@]+(\.\w+)$/, '@$1'));
      }
    }
  }
  for (const { image, mounts } of servicesOf(project))
    for (const name of [image?.value, ...mounts.map(({ source }) => source)]) if (name) words.add(name);
  return words;
}
