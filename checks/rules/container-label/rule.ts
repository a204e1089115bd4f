import { isOn, last, valueSpan } from '../../project/unit.ts';
import { option } from '../../quadlet/options.ts';
import { securityOptions } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';

const unconfined = /^(spc_t|unconfined_t|unconfined_service_t|container_runtime_t|init_t)$/;

export const rule = defineRule({
  id: 'container-label',
  title: "SELinux's separation of containers is switched off",
  severity: 'error',
  why: 'The container runs unconfined: a process that escapes from it meets no further wall, and files of other containers are open to it.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#securitylabeldisable-bool',
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#securitylabeltype-type',
  ],
  fix: 'Remove it, mount what is shared with :z or :Z, or give the container a type of its own.',
  applies: 'unit',
  *check(unit) {
    const disable = last(unit, 'Container', 'SecurityLabelDisable');
    if (disable !== undefined && isOn(unit, 'Container', 'SecurityLabelDisable')) {
      yield { at: valueSpan(disable), message: 'no label separates this container' };
    }
    const type = unit.type === 'container' ? option(unit, 'SecurityLabelType') : undefined;
    if (type !== undefined && unconfined.test(type.value)) {
      yield { at: type.at, message: `'${type.value}' confines nothing` };
    }
    for (const { name, value = '', at } of securityOptions(unit)) {
      if (name !== 'label') continue;
      if (value === 'disable') yield { at, message: `no label separates this ${unit.type}` };
      else if (unconfined.test(value.replace(/^type:/, ''))) {
        yield { at, message: `'${value.slice(5)}' confines nothing` };
      }
    }
  },
});
