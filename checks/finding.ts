import type { Span } from './source.ts';

export const severities = ['error', 'warning', 'info'] as const;

/**
 * error: podman refuses it, drops it in silence, or a protection is off. warning: a protection or a habit that
 * prevents outages is missing. info: worth knowing.
 */
export type Severity = (typeof severities)[number];

/** A replacement of text that mends a finding. */
export interface Edit {
  readonly at: Span;
  readonly text: string;
}

/** What a rule says of a place. */
export interface Report {
  readonly at: Span;
  readonly message: string;
  readonly edit?: Edit;
}

export interface Finding extends Report {
  readonly rule: string;
  readonly severity: Severity;
}

export function isAtLeast(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit);
}
