import type { Version } from '../../../lib/version.ts';
import { lookup, untrimmed, wordsOf } from '../../project/lookup.ts';
import { type Entry, lastEntry, type Unit, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-user-remap',
  title: 'the deprecated Remap keys contradict each other or newer keys',
  severity: 'error',
  why: 'The generator makes no unit where it cannot tell how users are to be mapped.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#userns',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Use UserNS=, UIDMap= and GIDMap= alone, and remove RemapUsers=, RemapUid= and RemapGid=.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (!/^(container|pod|kube)$/.test(unit.type) || unit.section === undefined) return;
    const entries = ['RemapUsers', 'RemapUid', 'RemapGid'].map((key) =>
      lastEntry(unit, `${unit.section}`, key),
    );
    const entry = entries.find((each) => each !== undefined);
    const message = entry && problemOf(unit, unit.section, entries[0], podman);
    if (message) yield { at: valueSpan(entry), message };
  },
});

function problemOf(
  unit: Unit,
  section: string,
  users: Entry | undefined,
  podman: Version,
): string | undefined {
  const isSet = (key: string) => !!lookup(unit, section, key, podman);
  const words = (key: string) => wordsOf(unit, section, key, 'words');
  const newer = [
    ...['UserNS', 'SubUIDMap', 'SubGIDMap'].filter(isSet),
    ...['UIDMap', 'GIDMap'].filter((key) => words(key).length > 0),
  ];
  if (newer[0] !== undefined) return `a Remap key stands beside ${newer[0]}=`;
  const maps = ['RemapUid', 'RemapGid'].filter((key) => words(key).length > 0);
  const value = users ? untrimmed(users) : '';
  if (value === '') return maps[0] && `${maps[0]}= needs RemapUsers=`;
  if (value === 'keep-id') {
    const many = maps.find((key) => words(key).length > 1);
    return many && `RemapUsers=keep-id takes one ${many}= only`;
  }
  if (value === 'auto' || (value === 'manual' && unit.type !== 'kube')) return undefined;
  return `RemapUsers=${value}: expected auto, keep-id${unit.type === 'kube' ? '' : ', manual'}`;
}
