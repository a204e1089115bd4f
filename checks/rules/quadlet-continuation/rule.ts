import { keySpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-continuation',
  title: 'a backslash at the end of a line does not do what it seems to',
  severity: 'warning',
  why: 'A blank line does not end what a backslash continues, so the next section is swallowed; and where only comments follow, podman forgets the whole value.',
  evidence: [
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html',
  ],
  fix: 'Remove the backslash from the last line of the value.',
  applies: 'unit',
  *check({ entries, lost, section }) {
    if (section === undefined) return;
    for (const at of lost) yield { at, message: 'podman forgets this line: nothing follows its backslash' };
    for (const entry of entries) {
      const at = keySpan(entry);
      if (entry.blankInside)
        yield { at, message: `what stands below the blank line is taken into ${entry.key}=` };
      else if (entry.hanging !== undefined)
        yield { at, message: `the file ends where ${entry.key}= was to go on` };
    }
  },
});
