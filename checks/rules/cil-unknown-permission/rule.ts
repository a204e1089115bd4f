import { atomAt, scopesOf, wordsIn } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import { didYouMean, suggester } from '../../suggest.ts';
import base from '../../tables/selinux-base.json' with { type: 'json' };

const classes: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(base.classes));
const vectors: Readonly<Record<string, number>> = {
  allow: 3,
  auditallow: 3,
  dontaudit: 3,
  neverallow: 3,
  classpermissionset: 2,
};

export const rule = defineRule({
  id: 'cil-unknown-permission',
  title: 'a CIL rule names a class or permission that does not exist',
  severity: 'error',
  why: 'The tool semodule refuses the module when it resolves the name, so that none of its types exist.',
  evidence: [
    'https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_access_vector_rules.md',
    'https://github.com/SELinuxProject/refpolicy/blob/main/policy/flask/access_vectors',
  ],
  fix: 'Write the class and its permissions as the kernel has them, each in its own brackets: (file (read open)).',
  applies: 'project',
  *check({ policies }) {
    const scopes = policies.flatMap(scopesOf);
    // Classes of the files' own, and maps of classes, have permissions of their own.
    const own = new Set(
      scopes
        .filter(({ word }) => /^class(map)?$/.test(word))
        .map(({ statement }) => atomAt(statement, 1)?.text),
    );
    const nearClass = suggester([...classes.keys()]);
    let left = 10;
    for (const { word, statement } of scopes) {
      const vector = statement.items[Object.hasOwn(vectors, word) ? (vectors[word] ?? 0) : -1];
      const name = vector?.type === 'list' ? atomAt(vector, 0) : undefined;
      if (vector?.type !== 'list' || name === undefined || own.has(name.text)) continue;
      const permissions = classes.get(name.text);
      if (permissions === undefined) {
        yield {
          at: name.span,
          message: `'${name.text.slice(0, 40)}' is no class${didYouMean(nearClass(name.text))}`,
        };
        continue;
      }
      for (const { text, span: at } of wordsIn(vector.items[1])) {
        if (permissions.includes(text)) continue;
        const near = left-- > 0 ? didYouMean(suggester(permissions)(text)) : '';
        yield { at, message: `${name.text} has no permission '${text.slice(0, 40)}'${near}` };
      }
    }
  },
});
