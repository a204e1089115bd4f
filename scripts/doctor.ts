import { diagnose, type Finding } from '../lib/diagnosis.ts';
import { detectHost } from '../lib/host.ts';
import { script } from '../lib/script.ts';
import { paint } from '../lib/terminal.ts';

const usage = {
  summary:
    'Says what on this machine helps or hinders the platform, with the exact fix. Exit 3 where it cannot run.',
  options: { json: { type: 'boolean', help: 'findings as JSON on stdout' } },
} as const;

const marks: Readonly<Record<Finding['state'], string>> = {
  fine: paint('green', '✓'),
  limited: paint('yellow', '!'),
  broken: paint('red', '✗'),
};

await script(usage, async ({ json }) => {
  const findings = diagnose(await detectHost());
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(line).join(''));
  if (findings.some((finding) => finding.state === 'broken')) process.exitCode = 3;
});

function line({ state, what, evidence, fix }: Finding): string {
  return `${marks[state]} ${what}: ${evidence}\n${fix ? `    fix: ${fix}\n` : ''}`;
}
