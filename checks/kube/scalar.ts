import type { ScalarTree } from '../parse/tree.ts';
import { textOf } from '../source.ts';

/** What podman's YAML reader makes of a scalar, and the text that a field of type string gets for it. */
export interface KubeScalar {
  readonly kind: 'text' | 'int' | 'float' | 'bool' | 'null' | 'date' | 'unknown';
  readonly text: string;
}

/**
 * Podman reads YAML as Go's yaml.v3 does and turns numbers and booleans into text where text belongs: `0755`
 * becomes "493" there and `1.10` becomes "1.1". Quoted text stays as it is.
 */
export function kubeScalar({ value, span }: ScalarTree): KubeScalar {
  const raw = textOf(span);
  const before = span.source.text.slice(Math.max(0, span.start - 40), span.start);
  if (/^!|^\*/.test(raw) || /!\S*\s+$/.test(before)) return { kind: 'unknown', text: String(value) };
  if (typeof value === 'string' && /^["'|>]/.test(raw)) return { kind: 'text', text: value };
  if (/^(~|null|Null|NULL)?$/.test(raw)) return { kind: 'null', text: '' };
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(raw)) return { kind: 'bool', text: raw.toLowerCase() };
  const date = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(raw);
  if (date)
    return {
      kind: 'date',
      text: `${date[1]}-${date[2]?.padStart(2, '0')}-${date[3]?.padStart(2, '0')}T00:00:00Z`,
    };
  if (/^\d{4}-\d\d?-\d\d?[Tt ]/.test(raw)) return { kind: 'unknown', text: raw };
  if (raw.length <= 60 && /^[-+.\d]/.test(raw))
    return numberOf(raw.replaceAll('_', '')) ?? { kind: 'text', text: raw };
  return { kind: 'text', text: String(value ?? '') };
}

function numberOf(plain: string): KubeScalar | undefined {
  const [, sign = '', digits] =
    /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(plain) ?? [];
  if (digits !== undefined) {
    const octal = /^0[oO]?(?=[0-7])/.exec(digits);
    const size = BigInt(octal ? `0o${digits.slice(octal[0].length)}` : digits);
    if (size < 2n ** 64n) return { kind: 'int', text: String(sign === '-' ? -size : size) };
  }
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain)) return undefined;
  const number = Number(plain);
  return { kind: Number.isInteger(number) ? 'int' : 'float', text: floatText(number) };
}

/** The shortest text of a number at the precision of 32 bits, written as Go's %g does. */
function floatText(number: number): string {
  const single = Math.fround(number);
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa = '', power = '0'] = single.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(Number(`${mantissa}e${exponent}`));
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${short}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
