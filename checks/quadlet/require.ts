import type { Report } from '../finding.ts';
import { booleanOf, headSpan, last, type Unit, valueSpan } from '../project/unit.ts';

/** A report unless the container's boolean `key` is on; `consequence` says what its absence means. */
export function* requireTrue(unit: Unit, key: string, consequence: string): Generator<Report> {
  if (unit.type !== 'container') return;
  const entry = last(unit, 'Container', key);
  if (entry === undefined) yield { at: headSpan(unit), message: `${consequence}: ${key}=true is missing` };
  else if (booleanOf(entry.value) !== true) {
    yield { at: valueSpan(entry), message: `${consequence}: ${key}=${entry.value}` };
  }
}
