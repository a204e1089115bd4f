import { capabilities } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-capability-conflict',
  title: 'a capability is added and dropped',
  severity: 'error',
  why: 'Podman refuses to create a container that is told both, so the service does not start; only DropCapability=all may stand beside additions.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/capabilities/capabilities.go'],
  fix: 'Decide for one of the two.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const dropped = new Set(capabilities(unit, 'Drop').map(({ value }) => value));
    for (const { value, at } of capabilities(unit, 'Add')) {
      // Beside DropCapability=all, what else is dropped does not matter.
      if (dropped.has(value) && (value === 'ALL' || !dropped.has('ALL'))) {
        yield { at, message: `${value} is dropped too` };
      }
    }
  },
});
