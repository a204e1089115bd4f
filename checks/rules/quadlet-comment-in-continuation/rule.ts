import { valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-comment-in-continuation',
  title: 'a comment stands between continued lines, for a podman before 5.4',
  severity: 'error',
  why: 'There the comment becomes part of the value, and a comment without a backslash ends it.',
  evidence: [
    'https://github.com/containers/podman/blob/v5.3.2/pkg/systemd/parser/unitfile.go',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/parser/unitfile.go',
  ],
  fix: 'Move the comment above the whole value.',
  applies: 'unit',
  *check({ entries, section }, { podman }) {
    if (section === undefined || !podman.isBefore(5, 4)) return;
    for (const entry of entries) {
      if (entry.commentInside)
        yield { at: valueSpan(entry), message: `the comment is taken into ${entry.key}=` };
    }
  },
});
