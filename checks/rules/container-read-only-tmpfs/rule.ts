import { booleanOf, isOn, keySpan, last } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-read-only-tmpfs',
  title: 'a read-only container has writable folders that nobody asked for',
  severity: 'info',
  why: 'With ReadOnly=true podman still mounts writable tmpfs on /run, /tmp and /var/tmp, unless ReadOnlyTmpfs=false.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-run.1.html#read-only-tmpfs'],
  fix: 'Set ReadOnlyTmpfs=false, and Tmpfs= for just the folders that the service writes to.',
  applies: 'unit',
  *check(unit) {
    const readOnly = last(unit, 'Container', 'ReadOnly');
    if (readOnly === undefined || !isOn(unit, 'Container', 'ReadOnly')) return;
    const tmpfs = last(unit, 'Container', 'ReadOnlyTmpfs');
    if (tmpfs !== undefined && booleanOf(tmpfs.value) !== true) return;
    yield { at: keySpan(tmpfs ?? readOnly), message: '/run, /tmp and /var/tmp can be written' };
  },
});
