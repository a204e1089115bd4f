import { nearest } from '../lib/nearest.ts';
import type { Finding } from './finding.ts';
import { positionOf, type Source, type Span, spanOf } from './source.ts';

interface Waiver {
  rules: readonly string[];
  reason: string;
  /** The comment. */
  at: Span;
  source: Source;
  /** 1-based line that it speaks of. */
  line: number;
}

const comment = /(?:^|[ \t])[#;]+[ \t]*ai-semble-ignore\b[ \t]*([^\n]*)/gm;

/**
 * Takes back the findings that a comment waives: `# ai-semble-ignore RULE[, RULE]: reason`, at the end of the line
 * or above it. What is wrong with the waivers themselves comes back as findings of the rule `waiver`; whether one for
 * a `skipped` rule is needed nobody knows.
 */
export function applyWaivers(
  findings: readonly Finding[],
  sources: readonly Source[],
  ruleIds: readonly string[],
  skipped: readonly string[] = [],
): Finding[] {
  const waivers = sources.flatMap((source) => [...waiversOf(source)]);
  const used = new Map<Waiver, Set<string>>();
  const kept = findings.filter(({ rule, at }) => {
    const line = positionOf(at.source, at.start).line;
    const waiver = waivers.find(
      (each) =>
        each.source === at.source && each.line === line && each.rules.includes(rule) && each.reason !== '',
    );
    if (waiver) used.set(waiver, (used.get(waiver) ?? new Set()).add(rule));
    return waiver === undefined;
  });
  const complaints = waivers.flatMap((waiver) => {
    const said = (message: string): Finding => ({
      rule: 'waiver',
      severity: 'error',
      at: waiver.at,
      message,
    });
    if (waiver.rules.length === 0) return [said("names no rule: expected 'ai-semble-ignore RULE: reason'")];
    const unknown = waiver.rules.filter((rule) => !ruleIds.includes(rule));
    if (unknown.length > 0) {
      return unknown.map((rule) => {
        const near = nearest(rule, ruleIds);
        return said(`'${rule}' is no rule${near ? `; did you mean '${near}'?` : ''}`);
      });
    }
    if (waiver.reason === '') return [said("gives no reason: expected 'ai-semble-ignore RULE: reason'")];
    return waiver.rules
      .filter((rule) => !used.get(waiver)?.has(rule) && !skipped.includes(rule))
      .map((rule) => said(`'${rule}' finds nothing in line ${waiver.line}: remove the waiver`));
  });
  return [...kept, ...complaints];
}

function* waiversOf(source: Source): Generator<Waiver> {
  if (!source.text.includes('ai-semble-ignore')) return;
  const lines = source.text.split('\n');
  for (const match of source.text.matchAll(comment)) {
    const start = match.index + match[0].search(/[#;]/);
    const own = positionOf(source, start);
    const alone = (lines[own.line - 1] ?? '').slice(0, own.column - 1).trim() === '';
    let line = own.line;
    if (alone)
      do line++;
      while (line <= lines.length && /^\s*([#;]|$)/.test(lines[line - 1] ?? ''));
    const body = (match[1] ?? '').trim();
    const colon = body.indexOf(':');
    const names = colon < 0 ? body : body.slice(0, colon);
    const rules = names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    const reason = colon < 0 ? '' : body.slice(colon + 1).trim();
    yield {
      rules,
      reason,
      at: spanOf(source, { start, end: match.index + match[0].trimEnd().length }),
      source,
      line,
    };
  }
}
