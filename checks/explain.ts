import type { Rule } from './rule.ts';

/** One rule in full, for a terminal. */
export function explain({ id, title, severity, why, fix, evidence }: Rule): string {
  const sources = evidence.map((address) => `  ${address}\n`).join('');
  return `${id} (${severity}): ${title}\n\nWhy: ${why}\n\nFix: ${fix}\n\nEvidence:\n${sources}`;
}

export function listRules(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules
    .map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`)
    .join('');
}

const groups: ReadonlyArray<readonly [title: string, applies: ReadonlyArray<Rule['applies']>]> = [
  ['Units', ['unit']],
  ['Kubernetes YAML', ['document', 'pod']],
  ['Seccomp profiles', ['seccomp']],
  ['SELinux policy', ['policy']],
  ['Containerfiles', ['containerfile']],
  ['Across files', ['project']],
];

/** docs/rules.md */
export function rulesDocument(rules: readonly Rule[]): string {
  const head = `# Rules

Every rule of \`make check\`, generated from checks/rules by \`make manifests\`. How to use the checks, waive a finding or
check your own files stands in [checks.md](checks.md).
`;
  const sections = groups.map(([title, applies]) => {
    const own = rules.filter((rule) => applies.includes(rule.applies));
    const entries = own.map(({ id, title: what, severity, why, fix, evidence }) => {
      const links = evidence.map((address) => `<${address}>`).join(', ');
      return `### ${id}\n\n*${severity}*: ${what}.\n\n${why}\n\n**Fix:** ${fix}\n\nEvidence: ${links}\n`;
    });
    return `## ${title}\n\n${entries.join('\n')}`;
  });
  return [head, ...sections].join('\n');
}
