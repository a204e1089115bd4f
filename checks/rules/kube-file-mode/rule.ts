import { kubeScalar } from '../../kube/scalar.ts';
import { fieldsOf } from '../../kube/schema.ts';
import { defineRule } from '../../rule.ts';
import { textOf } from '../../source.ts';

/** Modes that people mean when they forget the 0; 420 is 0644 in decimal, as JSON has it. */
const forgotten = /^(400|440|444|500|550|555|600|640|644|660|664|666|700|750|755|770|775|777)$/;

export const rule = defineRule({
  id: 'kube-file-mode',
  title: "a file's mode is not the one that is meant",
  severity: 'error',
  why: 'Without a leading 0 a mode is a decimal number: 400 is 0620, which lets the group write, and 644 is refused.',
  evidence: [
    'https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/volume.go',
  ],
  fix: 'Write it in octal with a leading 0, such as 0400; in JSON as its decimal number, 256.',
  applies: 'document',
  *check(document) {
    for (const { entry, name } of fieldsOf(document)) {
      const { value } = entry;
      if ((name !== 'defaultMode' && name !== 'mode') || value.type !== 'scalar') continue;
      const { kind, text } = kubeScalar(value);
      const mode = Number(text);
      if (kind !== 'int') continue;
      const at = value.span;
      const written = textOf(at);
      const isJson = at.source.path.endsWith('.json');
      if (forgotten.test(written)) {
        const octal = mode > 0o777 ? 'more than 0777' : `0${mode.toString(8)}`;
        const message = `${written} is decimal, and so ${octal}`;
        yield {
          at,
          message,
          edit: { at, text: isJson ? String(Number.parseInt(written, 8)) : `0${written}` },
        };
      } else if (mode < 0 || mode > 0o777) yield { at, message: `expected 0 to 0777, got ${written}` };
    }
  },
});
