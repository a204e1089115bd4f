import type { Log } from 'sarif';
import type { Finding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { positionOf } from '../source.ts';

/** Where a finding is: 1-based lines and columns, the end not included. */
function place({ at }: Finding) {
  const start = positionOf(at.source, at.start);
  const end = positionOf(at.source, Math.max(at.end, at.start));
  return {
    file: at.source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

export function formatJson(findings: readonly Finding[]): string {
  const plain = findings.map((finding) => {
    const { rule, severity, message, edit } = finding;
    return { ...place(finding), severity, rule, message, fixable: edit !== undefined };
  });
  return `${JSON.stringify(plain, null, 2)}\n`;
}

/** SARIF 2.1.0. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function formatSarif(findings: readonly Finding[], rules: readonly Rule[]): string {
  const level = { error: 'error', warning: 'warning', info: 'note' } as const;
  const driver = {
    name: 'ai-semble-check',
    version: '2.0.0',
    rules: rules.map(({ id, title, why, fix, severity }) => ({
      id,
      shortDescription: { text: title },
      fullDescription: { text: why },
      help: { text: fix },
      defaultConfiguration: { level: level[severity] },
    })),
  };
  const results = findings.map((finding) => {
    const { file, line, column, endLine, endColumn } = place(finding);
    const region = { startLine: line, startColumn: column, endLine, endColumn };
    return {
      ruleId: finding.rule,
      ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
      level: level[finding.severity],
      message: { text: finding.message },
      locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region } }],
    };
  });
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A test case for each file, failed where there are findings. */
export function formatJunit(findings: readonly Finding[], files: readonly string[]): string {
  const cases = files.map((file) => {
    const own = findings.filter(({ at }) => at.source.path === file);
    const failures = own.map((finding) => {
      const { line, column } = place(finding);
      const message = `${line}:${column}: ${finding.severity}: ${finding.message} [${finding.rule}]`;
      return `      <failure type="${xml(finding.rule)}" message="${xml(message)}"/>\n`;
    });
    const open = `    <testcase classname="ai-semble-check" name="${xml(file)}"`;
    return failures.length === 0 ? `${open}/>\n` : `${open}>\n${failures.join('')}    </testcase>\n`;
  });
  const failed = new Set(findings.map(({ at }) => at.source.path)).size;
  const suite = `<testsuite name="ai-semble-check" tests="${files.length}" failures="${failed}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  ${suite}\n${cases.join('')}  </testsuite>\n</testsuites>\n`;
}

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
export function formatGithub(findings: readonly Finding[]): string {
  const command = { error: 'error', warning: 'warning', info: 'notice' } as const;
  return findings
    .map((finding) => {
      const { file, line, column } = place(finding);
      const where = `file=${property(file)},line=${line},col=${column},title=${property(finding.rule)}`;
      return `::${command[finding.severity]} ${where}::${data(finding.message)}\n`;
    })
    .join('');
}

function xml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // Control characters cannot stand in XML 1.0 at all.
  return text.replace(/[&<>"]/g, (char) => names[char] ?? char).replace(/\p{Cc}/gu, ' ');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
