import { short } from '../../kube/pod.ts';
import type { Tree } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { positionOf, type Span } from '../../source.ts';

export const rule = defineRule({
  id: 'kube-duplicate-key',
  title: 'a key stands twice in a mapping',
  severity: 'error',
  why: 'Podman refuses the whole file ("mapping key already defined"), and other readers take one of the two without a word.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://yaml.org/spec/1.2.2/#mapping',
  ],
  fix: 'Keep one of them.',
  applies: 'document',
  *check({ tree }) {
    // What an alias repeats is reported once.
    const seen = new Set<number>();
    const open: Tree[] = [tree];
    for (let here = open.pop(); here !== undefined; here = open.pop()) {
      if (here.type === 'list') for (const item of here.items) open.push(item);
      if (here.type !== 'map' || seen.has(here.span.start)) continue;
      seen.add(here.span.start);
      const first = new Map<unknown, Span>();
      for (const { key, value } of here.entries) {
        const earlier = first.get(key.value);
        if (earlier === undefined) first.set(key.value, key.span);
        else {
          const { line } = positionOf(earlier.source, earlier.start);
          yield { at: key.span, message: `'${short(String(key.value))}' stands in line ${line} already` };
        }
        open.push(value);
      }
    }
  },
});
