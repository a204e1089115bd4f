import { all, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-tmpfs',
  title: 'a tmpfs takes back what protects it',
  severity: 'warning',
  why: 'Podman mounts a tmpfs noexec, nosuid and nodev unless told otherwise; without that a written file can be run, which undoes a read-only root.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-run.1.html#tmpfs-fs'],
  fix: 'Remove exec, suid and dev from the options of the tmpfs.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const entry of all(unit, 'Container', 'Tmpfs')) {
      const [, options = ''] = entry.value.split(':');
      const open = options.split(',').filter((option) => ['exec', 'suid', 'dev'].includes(option));
      if (open.length > 0) yield { at: valueSpan(entry), message: `it is mounted ${open.join(' and ')}` };
    }
  },
});
