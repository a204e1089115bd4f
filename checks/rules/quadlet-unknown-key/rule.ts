import { keysOfSystemd, quadletKeys, spelling } from '../../project/keys.ts';
import { type Entry, keySpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-unknown-key',
  title: 'a key that no podman knows stands in a Quadlet section',
  severity: 'error',
  why: 'The generator makes no unit from the whole file, and all that systemd says of it is "unit not found".',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Spell the key as podman-systemd.unit(5) does, or move it to the section that knows it.',
  applies: 'unit',
  generator: true,
  *check({ section, entries }, { podman }) {
    if (section === undefined) return;
    const checked = podman.isBefore(5, 3) ? [section] : [section, 'Quadlet'];
    // Looking for the nearest key takes time, and nobody misspells more than this.
    let hints = 50;
    for (const entry of entries) {
      if (!checked.includes(entry.section) || quadletKeys(entry.section).has(entry.key)) continue;
      const near = hints-- > 0 ? spelling(entry.key, quadletKeys(entry.section).keys()) : undefined;
      const message = `[${entry.section}] has no key '${entry.key.slice(0, 60)}'${advice(entry, section, near?.text)}`;
      const at = keySpan(entry);
      yield near?.sure ? { at, message, edit: { at, text: near.text } } : { at, message };
    }
  },
});

function advice({ section, key }: Entry, own: string, near: string | undefined): string {
  const home = [own, 'Service', 'Unit', 'Install'].find(
    (name) => name !== section && (name === own ? quadletKeys(name) : keysOfSystemd(name))?.has(key),
  );
  if (home !== undefined) return `: it belongs in [${home}]`;
  if (key.startsWith('[')) return ': a section stands in a line of its own';
  return near === undefined ? '' : `; did you mean '${near}'?`;
}
