import { nearest } from '../../../lib/nearest.ts';
import { capabilityOf, knownCapabilities } from '../../capabilities.ts';
import { itemsAt, type Tree } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'pod-capability-name',
  title: 'a capability does not exist, or is both added and dropped',
  severity: 'error',
  why: 'Podman refuses to create the container, and with it the pod; only ALL may be dropped beside additions.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/capabilities/capabilities.go',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  fix: 'Take a name of capabilities(7), with or without CAP_, or ALL, and put it into one of the two lists.',
  applies: 'pod',
  *check({ containers }) {
    for (const { tree } of containers) {
      const [add, drop] = ['add', 'drop'].map((list) =>
        namesIn(itemsAt(tree, 'securityContext', 'capabilities', list)),
      );
      const dropped = new Set(drop?.map(({ name }) => name));
      for (const { name, written, at } of [...(add ?? []), ...(drop ?? [])]) {
        if (knownCapabilities.has(name)) continue;
        const near =
          name === 'CAP_ALL' ? 'ALL' : name.length < 40 ? nearest(name, [...knownCapabilities]) : undefined;
        const message = `'${written.slice(0, 40)}' is no capability${near ? `; did you mean '${near}'?` : ''}`;
        yield near ? { at, message, edit: { at, text: near } } : { at, message };
      }
      for (const { name, at } of add ?? []) {
        if (dropped.has(name) && (name === 'ALL' || !dropped.has('ALL')))
          yield { at, message: `${name} is dropped too` };
      }
    }
  },
});

function namesIn(items: readonly Tree[]) {
  return items.flatMap((item) => {
    if (item.type !== 'scalar' || typeof item.value !== 'string') return [];
    return [{ name: capabilityOf(item.value), written: item.value, at: item.span }];
  });
}
