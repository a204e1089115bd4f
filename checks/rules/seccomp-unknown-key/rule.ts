import { nearest } from '../../../lib/nearest.ts';
import { defineRule } from '../../rule.ts';
import { fieldsOf } from '../../seccomp/shape.ts';

export const rule = defineRule({
  id: 'seccomp-unknown-key',
  title: 'a seccomp profile has a key that podman does not know',
  severity: 'error',
  why: 'Podman skips unknown keys in silence: a misspelt condition is no condition, and a misspelt list is empty. The minKernel of other engines is unknown too.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/seccomp/types.go'],
  fix: 'Correct the key, or remove it.',
  applies: 'seccomp',
  *check({ tree }) {
    for (const { entry, shape, siblings } of fieldsOf(tree)) {
      if (shape !== undefined) continue;
      const key = String(entry.key.value);
      const near =
        (key.length < 40 ? nearest(key, siblings) : undefined) ??
        siblings.find((each) => each.toLowerCase() === key.toLowerCase());
      const at = entry.key.span;
      yield near === undefined
        ? { at, message: `'${key.slice(0, 40)}' is no key here: expected one of ${siblings.join(', ')}` }
        : { at, message: `'${key}' is no key; did you mean '${near}'?`, edit: { at, text: `"${near}"` } };
    }
  },
});
