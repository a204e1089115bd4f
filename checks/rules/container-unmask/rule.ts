import { options } from '../../quadlet/options.ts';
import { securityOptions } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-unmask',
  title: 'paths of the kernel that podman hides are open again',
  severity: 'error',
  why: 'Behind the masks lie the memory of the kernel, its keys and switches such as /proc/sysrq-trigger.',
  evidence: ['https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#unmask'],
  fix: 'Name the one path that the service needs, or remove the line.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const found = securityOptions(unit).flatMap(({ name, value = '', at }) => {
      return name === 'unmask' ? [{ value, at }] : name === 'systempaths' ? [{ value: 'ALL', at }] : [];
    });
    for (const { value, at } of [...options(unit, 'Unmask'), ...found]) {
      const wide = value.split(':').find((path) => /^(all|\/(proc|sys)(\/?|\/\*))$/i.test(path));
      if (wide !== undefined) yield { at, message: `'${wide}' opens all of them` };
    }
  },
});
