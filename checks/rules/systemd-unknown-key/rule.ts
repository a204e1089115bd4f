import { keysOfSystemd, quadletKeys, spelling } from '../../project/keys.ts';
import { keySpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'systemd-unknown-key',
  title: 'systemd does not know a key of its own sections',
  severity: 'error',
  why: 'The unit runs without what the key was to set; all that tells of it is a line in the log of systemd.',
  evidence: [
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.directives.html',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html',
  ],
  fix: 'Spell the key as systemd.directives(7) does, move it to its section, or begin it with X- if it is a note.',
  applies: 'unit',
  *check({ entries, section, type }) {
    const own = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    const read = ['Unit', 'Install', section === undefined ? own : 'Service'];
    // Looking for the nearest key takes time, and nobody misspells more than this.
    let hints = 50;
    for (const entry of entries) {
      const keys = read.includes(entry.section) ? keysOfSystemd(entry.section) : undefined;
      if (keys === undefined || keys.has(entry.key) || entry.key.startsWith('X-')) continue;
      const home =
        section !== undefined && quadletKeys(section).has(entry.key)
          ? section
          : read.find((name) => keysOfSystemd(name)?.has(entry.key));
      const near = home || hints-- <= 0 ? undefined : spelling(entry.key, keys);
      const hint = home ? `: it belongs in [${home}]` : near ? `; did you mean '${near.text}'?` : '';
      const message = `[${entry.section}] has no key '${entry.key.slice(0, 60)}'${hint}`;
      const at = keySpan(entry);
      yield near?.sure ? { at, message, edit: { at, text: near.text } } : { at, message };
    }
  },
});
