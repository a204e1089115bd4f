import { styleText } from 'node:util';
import type { Finding } from '../finding.ts';
import { lineText, positionOf } from '../source.ts';

/** Longer lines are cut to a window around the finding. */
const widest = 120;

/** `file:line:col: severity: message [rule]`, the line, and a caret below the place. */
export function formatText(findings: readonly Finding[], { colour = false } = {}): string {
  const paint = (style: 'red' | 'yellow' | 'cyan' | 'bold' | 'dim', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const shade = { error: 'red', warning: 'yellow', info: 'cyan' } as const;
  return findings
    .map(({ at, severity, message, rule }) => {
      const { line, column } = positionOf(at.source, at.start);
      const place = paint('bold', `${at.source.path}:${line}:${column}:`);
      const head = `${place} ${paint(shade[severity], `${severity}:`)} ${message} ${paint('dim', `[${rule}]`)}`;
      const text = lineText(at.source, line);
      if (text.trim() === '') return `${head}\n`;
      const from = column > widest - 20 ? column - 20 : 0;
      const shown = text.slice(from, from + widest).replaceAll('\t', ' ');
      const length = Math.max(
        1,
        Math.min(at.end - at.start, text.length - column + 1, shown.length - (column - 1 - from)),
      );
      const caret = `${' '.repeat(column - 1 - from)}${paint(shade[severity], `^${'~'.repeat(length - 1)}`)}`;
      return `${head}\n  ${shown}\n  ${caret}\n`;
    })
    .join('');
}
