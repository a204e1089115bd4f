import { nearest } from '../../../lib/nearest.ts';
import { knownCapabilities } from '../../capabilities.ts';
import { capabilityNames } from '../../capability-names.ts';
import { isFilledIn } from '../../project/unit.ts';
import { capabilities } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';
import { textOf } from '../../source.ts';

export const rule = defineRule({
  id: 'container-capability-name',
  title: 'a capability does not exist',
  severity: 'error',
  why: 'Podman refuses to create the container ("unknown capability"), so the service does not start.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/capabilities/capabilities.go',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  fix: 'Take a name of capabilities(7), with or without CAP_, or all.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    let guesses = 50;
    for (const { value, at } of [...capabilities(unit, 'Add'), ...capabilities(unit, 'Drop')]) {
      if (knownCapabilities.has(value) || isFilledIn(value)) continue;
      // Far longer than any name: no typo of one. And where nothing is a name, guessing takes long.
      const near = value.length < 40 && guesses-- > 0 ? nearest(value, capabilityNames) : undefined;
      const message = `'${value.slice(0, 40)}' is no capability${near ? `; did you mean '${near}'?` : ''}`;
      const isWhole = textOf(at).toUpperCase().replace(/^CAP_/, '') === value;
      yield near && isWhole ? { at, message, edit: { at, text: near } } : { at, message };
    }
  },
});
