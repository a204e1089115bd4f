import { headSpan, type Unit } from '../project/unit.ts';
import type { Span } from '../source.ts';

/** The head of a section, or of Quadlet's own where that section is not there yet. */
export function sectionSpan(unit: Unit, section: string): Span {
  return unit.heads.some(({ name }) => name === section) ? headSpan(unit, section) : headSpan(unit);
}
