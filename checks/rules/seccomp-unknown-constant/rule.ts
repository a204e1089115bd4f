import { nearest } from '../../../lib/nearest.ts';
import { itemsAt, type Tree } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { fieldsOf } from '../../seccomp/shape.ts';
import table from '../../tables/syscalls.json' with { type: 'json' };

const flags = ['TSYNC', 'SPEC_ALLOW', 'LOG', 'WAIT_KILLABLE_RECV'].map(
  (name) => `SECCOMP_FILTER_FLAG_${name}`,
);

/** The keys whose values come from a fixed list. */
const lists: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['defaultAction', table.actions],
  ['action', table.actions],
  ['op', table.operators],
  ['architectures', [...table.archNames, 'SCMP_ARCH_NATIVE']],
  ['architecture', table.archNames],
  ['subArchitectures', table.archNames],
  ['flags', flags],
]);

export const rule = defineRule({
  id: 'seccomp-unknown-constant',
  title: 'a seccomp profile names an action, operator, architecture or flag that does not exist',
  severity: 'error',
  why: 'The runtime refuses the profile when the container starts; an unknown architecture in archMap makes its line count for nothing.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/seccomp/types.go',
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
  ],
  fix: 'Write the name as seccomp knows it, in capitals and with its prefix.',
  applies: 'seccomp',
  *check({ tree }) {
    // Of a file full of nonsense the first are enough.
    let left = 10;
    for (const { entry, shape } of fieldsOf(tree)) {
      const allowed = shape === undefined ? undefined : lists.get(entry.key.value);
      if (allowed === undefined) continue;
      const values: readonly Tree[] = shape === 'strings' ? itemsAt(entry.value) : [entry.value];
      for (const { span: at, ...value } of values) {
        if (value.type !== 'scalar' || typeof value.value !== 'string' || allowed.includes(value.value))
          continue;
        const message = `${entry.key.value}: '${value.value.slice(0, 40)}' does not exist`;
        const prefix = /^(SCMP_[A-Z]+_|SECCOMP_FILTER_FLAG_)/.exec(allowed[0] ?? '')?.[0] ?? '';
        const bare = value.value.toUpperCase().replaceAll('-', '_').replace(prefix, '');
        if (allowed.includes(prefix + bare)) {
          const text = `"${prefix + bare}"`;
          yield { at, message: `${message}; it is written '${prefix + bare}'`, edit: { at, text } };
        } else yield { at, message: message + (left-- > 0 ? hint(bare, prefix, allowed) : '') };
      }
    }
  },
});

/** The only near name, or all of a short list: with NEQ, EQ is as near as NE. */
function hint(bare: string, prefix: string, allowed: readonly string[]): string {
  const names = allowed.map((name) => name.slice(prefix.length));
  const near = bare.length > 40 ? undefined : nearest(bare, names);
  const second =
    near &&
    nearest(
      bare,
      names.filter((name) => name !== near),
    );
  if (near !== undefined && second === undefined) return `; did you mean '${prefix}${near}'?`;
  return allowed.length < 10 ? `; expected one of ${allowed.join(', ')}` : '';
}
