import type { Version } from '../../../lib/version.ts';
import { lookup, wordsOf } from '../../project/lookup.ts';
import { all, headSpan, keySpan, lastEntry, type Unit } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-required-key',
  title: 'a Quadlet file lacks the key that says what it is about',
  severity: 'error',
  why: 'The generator makes no unit without it, nor any from the files that refer to this one.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Add Yaml= to [Kube], Image= to [Image], Artifact= to [Artifact], ImageTag= to [Build]; Image= to a [Volume] with Driver=image.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    const key = missingKey(unit, podman);
    if (key === undefined || unit.section === undefined) return;
    const entry = lastEntry(unit, unit.section, key);
    const message = entry ? `${key}= is empty` : `there is no ${key}=`;
    yield { at: entry ? keySpan(entry) : headSpan(unit), message };
  },
});

function missingKey(unit: Unit, podman: Version): string | undefined {
  const isEmpty = (section: string, key: string) => !lookup(unit, section, key, podman);
  if (unit.type === 'image' && isEmpty('Image', 'Image')) return 'Image';
  if (unit.type === 'artifact' && isEmpty('Artifact', 'Artifact')) return 'Artifact';
  if (unit.type === 'build' && all(unit, 'Build', 'ImageTag').length === 0) return 'ImageTag';
  if (unit.type === 'volume' && lookup(unit, 'Volume', 'Driver', podman) === 'image')
    return lastEntry(unit, 'Volume', 'Image') ? undefined : 'Image';
  if (unit.type !== 'kube') return undefined;
  const isMissing = podman.isBefore(5, 7)
    ? isEmpty('Kube', 'Yaml')
    : wordsOf(unit, 'Kube', 'Yaml', 'words').length === 0;
  return isMissing ? 'Yaml' : undefined;
}
