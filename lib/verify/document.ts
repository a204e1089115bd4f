import type { Verdict } from './claim.ts';
import { declaredProfile } from './observe.ts';
import { type Judged, totals, totalsText } from './report.ts';
import { allowedCalls } from './syscalls.ts';

const signs: Readonly<Record<Verdict, string>> = { held: '✓', 'not held': '✗', 'not provable here': '–' };

/** An outcome as a document: what was asked, where, and what was found. */
export function document(judged: readonly Judged[], machine: string): string {
  const services = [...new Set(judged.map(({ service }) => service))];
  const claims = new Map(judged.map(({ claim }) => [claim.id, claim]));
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const sign = (id: string, service: string) => {
    const found = judged.find((it) => it.claim.id === id && it.service === service);
    return found ? signs[found.finding.verdict] : '';
  };
  const open = judged.filter(({ finding }) => finding.verdict !== 'held');
  return [
    '# What was verified',
    '',
    `Written by \`make verify ARGS=--markdown\` on ${machine}: ${totalsText(totals(judged))}.`,
    '✓ held, ✗ not held, – not provable there. [Security](security.md) says what it means.',
    '',
    row(['claim', 'kept by', ...services]),
    row(['claim', 'kept by', ...services].map(() => '---')),
    ...[...claims.values()].map(({ id, title, layer }) =>
      row([`\`${id}\`: ${title}`, layer, ...services.map((service) => sign(id, service))]),
    ),
    row(['system calls that the profile lets in', 'seccomp', ...services.map(callsOf)]),
    ...(open.length > 0 ? [''] : []),
    ...open.map(
      ({ service, claim, finding }) =>
        `- ${service}, \`${claim.id}\`: ${finding.verdict}: ${finding.evidence}`,
    ),
  ].join('\n');
}

function callsOf(service: string): number | string {
  const profile = declaredProfile(service);
  return profile ? allowedCalls(profile).size : '–';
}
