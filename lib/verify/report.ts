import { paint } from '../terminal.ts';
import type { Claim, Finding, Verdict } from './claim.ts';

export interface Judged {
  service: string;
  claim: Pick<Claim, 'id' | 'title' | 'layer'>;
  finding: Finding;
}

export interface Totals {
  held: number;
  notHeld: number;
  notProvable: number;
}

const marks: Readonly<Record<Verdict, string>> = {
  held: paint('green', '✓'),
  'not held': paint('red', '✗'),
  'not provable here': paint('yellow', '–'),
};

export function totals(judged: readonly Judged[]): Totals {
  const count = (verdict: Verdict) => judged.filter(({ finding }) => finding.verdict === verdict).length;
  return { held: count('held'), notHeld: count('not held'), notProvable: count('not provable here') };
}

export function totalsText({ held, notHeld, notProvable }: Totals): string {
  return `${held} held, ${notHeld} not held, ${notProvable} not provable here`;
}

/** One row a claim, one column a service, and below it whatever is not held or cannot be proven, with the reason. */
export function table(judged: readonly Judged[]): string {
  const services = [...new Set(judged.map(({ service }) => service))];
  const ids = [...new Set(judged.map(({ claim }) => claim.id))];
  const width = Math.max(...ids.map((id) => id.length)) + 2;
  const cell = (id: string, service: string) => {
    const found = judged.find((it) => it.claim.id === id && it.service === service);
    return `${found ? marks[found.finding.verdict] : ' '}${' '.repeat(service.length + 1)}`;
  };
  const rows = ids.map((id) => `${id.padEnd(width)}${services.map((service) => cell(id, service)).join('')}`);
  return [`${' '.repeat(width)}${services.join('  ')}`, ...rows, '', ...remarks(judged)].join('\n');
}

/** Equal remarks on several services stand once. */
function remarks(judged: readonly Judged[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { service, claim, finding } of judged) {
    if (finding.verdict === 'held') continue;
    const text = `${marks[finding.verdict]} ${claim.id}: ${finding.verdict}: ${finding.evidence}`;
    lines.set(text, [...(lines.get(text) ?? []), service]);
  }
  return [...lines].map(([text, services]) => `${text} (${services.join(', ')})`);
}
