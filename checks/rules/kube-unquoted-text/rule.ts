import type { Report } from '../../finding.ts';
import { short } from '../../kube/pod.ts';
import { kubeScalar } from '../../kube/scalar.ts';
import { fieldsOf } from '../../kube/schema.ts';
import type { Tree } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { textOf } from '../../source.ts';

export const rule = defineRule({
  id: 'kube-unquoted-text',
  title: 'text without quotes is read as a number, and arrives changed',
  severity: 'error',
  why: 'Podman reads the value as a number or date first and writes it anew: versions, modes and identifiers reach the container as other text. Kubernetes refuses it.',
  evidence: [
    'https://github.com/kubernetes-sigs/yaml/blob/master/yaml.go',
    'https://yaml.org/spec/1.2.2/#103-core-schema',
  ],
  fix: 'Put the value in quotes.',
  applies: 'document',
  *check(document) {
    for (const { entry, type } of fieldsOf(document)) {
      if (type === 'string') yield* changed(entry.value);
      if (type === '[]string' && entry.value.type === 'list')
        for (const item of entry.value.items) yield* changed(item);
      if (type === 'map' && entry.value.type === 'map')
        for (const { value } of entry.value.entries) yield* changed(value);
    }
  },
});

function* changed(tree: Tree): Generator<Report> {
  if (tree.type !== 'scalar') return;
  const { kind, text } = kubeScalar(tree);
  const written = textOf(tree.span);
  if (!/^(int|float|bool|date)$/.test(kind) || text === written) return;
  const message = `${short(written)} becomes '${text}'`;
  yield { at: tree.span, message, edit: { at: tree.span, text: `"${written}"` } };
}
