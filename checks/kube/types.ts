import type { Report } from '../finding.ts';
import type { ScalarTree, Tree } from '../parse/tree.ts';
import type { Span } from '../source.ts';
import { isNull } from './pod.ts';
import { kubeScalar } from './scalar.ts';
import type { Field } from './schema.ts';

const words: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  bool: 'true or false',
  quantity: 'an amount',
  intOrString: 'a number or a name',
};

const truth: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  true: 'true',
  no: 'false',
  off: 'false',
  false: 'false',
};

/** A value to be judged, with what messages call it and where its key is. */
interface Judged {
  readonly label: string;
  readonly key: Span;
  readonly value: Tree;
}

/** What podman cannot decode of a field's value; text takes numbers and booleans too. */
export function* typeReports({ entry, key, type }: Field): Generator<Report> {
  const { value } = entry;
  const label = key.slice(0, 60);
  const judged = { label, key: entry.key.span, value };
  if (type === undefined || isNull(value)) return;
  if (!type.startsWith('[]')) yield* single(type, judged);
  else if (value.type !== 'list') yield wrong(judged, 'a list');
  else {
    for (const item of value.items) {
      yield* single(type.slice(2), { label: `an item of ${label}`, key: item.span, value: item });
    }
  }
}

function* single(type: string, judged: Judged): Generator<Report> {
  const { value } = judged;
  if (isNull(value) || type === 'any') return;
  const expected = Object.hasOwn(words, type) ? words[type] : undefined;
  if (type === 'map' && value.type === 'map') {
    for (const { key, value: inner } of value.entries) {
      if (inner.type !== 'scalar')
        yield wrong({ label: String(key.value).slice(0, 60), key: key.span, value: inner }, 'text');
    }
  } else if (value.type === 'map') {
    if (expected !== undefined) yield wrong(judged, expected);
  } else if (value.type === 'list' || expected === undefined) yield wrong(judged, expected ?? 'a mapping');
  else yield* scalar(type, expected, { ...judged, value });
}

function* scalar(type: string, expected: string, judged: Judged & { value: ScalarTree }): Generator<Report> {
  if (type === 'string' || type === 'quantity') return;
  const { kind, text } = kubeScalar(judged.value);
  if (kind === 'unknown' || kind === type) return;
  if (type === 'intOrString' && (kind === 'int' || kind === 'text')) return;
  const report = wrong(judged, expected);
  const meant = kind === 'text' ? meantBy(text.toLowerCase(), type) : undefined;
  yield meant === undefined ? report : { ...report, edit: { at: report.at, text: meant } };
}

/** `yes` and "true" for a boolean, "80" for a number: what is meant is certain. */
function meantBy(text: string, type: string): string | undefined {
  if (type === 'bool') return Object.hasOwn(truth, text) ? truth[text] : undefined;
  return /^(0|[1-9]\d{0,9})$/.test(text) ? text : undefined;
}

function wrong({ label, key, value }: Judged, expected: string): Report {
  const isScalar = value.type === 'scalar';
  const { source, start, end } = value.span;
  const got = isScalar ? source.text.slice(start, Math.min(end, start + 40)) : `a ${nameOf(value)}`;
  return { at: isScalar ? value.span : key, message: `'${label}': expected ${expected}, got ${got}` };
}

function nameOf({ type }: Tree): string {
  return type === 'map' ? 'mapping' : type;
}
