import type { Span } from '../source.ts';

/** What a file could not be read for; the rule of that id tells of it. */
export interface Problem {
  readonly rule:
    | 'unit-syntax'
    | 'yaml-syntax'
    | 'json-syntax'
    | 'cil-syntax'
    | 'containerfile-syntax'
    | 'unreadable-file';
  readonly at: Span;
  readonly message: string;
}
