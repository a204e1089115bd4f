import { isOlder, quadletKeys, sectionSince } from '../../project/keys.ts';
import { headSpan, keySpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-key-too-new',
  title: 'a key or file type needs a newer podman',
  severity: 'error',
  why: 'An older generator makes no unit from a file with a key that it does not know, and passes over file types that it does not know.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html',
    'https://github.com/containers/podman/releases',
  ],
  fix: 'Use a podman that has it, or say it with PodmanArgs=.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    const { section, entries, type } = unit;
    if (section === undefined) return;
    const since = sectionSince(section);
    if (since !== undefined && isOlder(podman, since)) {
      yield {
        at: headSpan(unit),
        message: `.${type} files need podman ${since}, this is for ${podman.text}`,
      };
      return;
    }
    const checked = podman.isBefore(5, 3) ? [section] : [section, 'Quadlet'];
    for (const entry of entries) {
      const from = checked.includes(entry.section) ? quadletKeys(entry.section).get(entry.key) : undefined;
      if (from === undefined || !isOlder(podman, from)) continue;
      yield { at: keySpan(entry), message: `${entry.key}= needs podman ${from}, this is for ${podman.text}` };
    }
  },
});
