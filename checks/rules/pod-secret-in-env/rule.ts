import { labelOf, short } from '../../kube/pod.ts';
import { at, itemsAt, textAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { isSecretName } from '../../secret-names.ts';

/** Nothing, a switch, a path, or another variable. */
const harmless = /^(|true|false|yes|no|on|off|none|null|\d|[/$].*)$/is;
const address = /:\/\/[^/@\s:]{1,200}:([^/@\s]{1,200})@/;

export const rule = defineRule({
  id: 'pod-secret-in-env',
  title: 'a secret stands in a file',
  severity: 'error',
  why: 'The file ends in version control, and podman inspect prints the environment to whoever may ask.',
  evidence: [
    'https://kubernetes.io/docs/concepts/configuration/secret/',
    'https://docs.podman.io/en/latest/markdown/podman-secret-create.1.html',
  ],
  fix: 'Put it into a Secret of its own file that is not kept with the others, and mount it, or take it with secretKeyRef.',
  applies: 'pod',
  *check({ containers }) {
    for (const container of containers) {
      for (const variable of itemsAt(container.tree, 'env')) {
        const name = textAt(variable, 'name') ?? '';
        const value = at(variable, 'value');
        const text = String(valueAt(value) ?? '');
        if (value === undefined) continue;
        if (isSecretName(name) && !harmless.test(text)) {
          yield {
            at: value.span,
            message: `the value of ${short(name)} stands here in plain text, for ${labelOf(container)}`,
          };
        } else if (!harmless.test(address.exec(text.slice(0, 4000))?.[1] ?? '')) {
          yield { at: value.span, message: `the address in ${name.slice(0, 60)} has a password in it` };
        }
      }
    }
  },
});
