import { last, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'unit-kill-mode',
  title: 'a stopped service leaves processes behind',
  severity: 'warning',
  why: 'What is left keeps its ports and files, so the next start meets the last one; systemd warns of it and may refuse it one day.',
  evidence: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.kill.html#KillMode='],
  fix: 'Remove the line, or take KillMode=mixed.',
  applies: 'unit',
  *check(unit) {
    // The generator itself refuses it for containers and kube units.
    if (unit.type !== 'pod' && unit.type !== 'service') return;
    const mode = last(unit, 'Service', 'KillMode');
    if (mode && (mode.value === 'none' || (mode.value === 'process' && unit.type === 'pod'))) {
      yield { at: valueSpan(mode), message: `expected 'mixed' or 'control-group', got '${mode.value}'` };
    }
  },
});
