import type { Version } from '../../../lib/version.ts';
import type { Report } from '../../finding.ts';
import { podmanWords } from '../../parse/podman-words.ts';
import { lookup } from '../../project/lookup.ts';
import { all, keySpan, lastEntry, type Unit, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-rejected-value',
  title: 'the generator refuses keys that exclude or need each other',
  severity: 'error',
  why: 'The generator makes no unit from the file, and systemd only says "unit not found".',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#container-units-container',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Set User= beside Group=, and one of ReloadCmd= and ReloadSignal= only.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (unit.type !== 'container') return;
    yield* groupAlone(unit, podman);
    if (!podman.isBefore(5, 5)) yield* twoReloads(unit, podman);
    if (!podman.isBefore(5, 3)) return;
    for (const entry of all(unit, 'Container', 'Tmpfs')) {
      if (entry.value.split(':').length > 2)
        yield { at: valueSpan(entry), message: `'${entry.value}': expected PATH[:OPTIONS]` };
    }
  },
});

function* groupAlone(unit: Unit, podman: Version): Generator<Report> {
  const group = lastEntry(unit, 'Container', 'Group');
  const [user, value] = ['User', 'Group'].map((key) => lookup(unit, 'Container', key, podman));
  if (group && value && !user) yield { at: keySpan(group), message: `Group=${value} has no User=` };
}

function* twoReloads(unit: Unit, podman: Version): Generator<Report> {
  const command = lastEntry(unit, 'Container', 'ReloadCmd');
  const words = podmanWords(command?.value ?? '', 'args').words;
  if (command && words.length > 0 && lookup(unit, 'Container', 'ReloadSignal', podman))
    yield { at: keySpan(command), message: 'ReloadCmd= stands beside ReloadSignal=' };
}
