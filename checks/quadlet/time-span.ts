const units: ReadonlyArray<readonly [names: RegExp, seconds: number]> = [
  [/^(?:usec|us|µs|μs)$/, 1e-6],
  [/^(?:msec|ms)$/, 1e-3],
  [/^(?:seconds?|sec|s)?$/, 1],
  [/^(?:minutes?|min|m)$/, 60],
  [/^(?:hours?|hr|h)$/, 3600],
  [/^(?:days?|d)$/, 86_400],
  [/^(?:weeks?|w)$/, 604_800],
];

/** A span of time as systemd writes it (systemd.time(7)) in seconds: `90`, `1min 30s`, `infinity`. */
export function secondsOf(span: string): number | undefined {
  const text = span.trim();
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '' || text.replace(/\d[\d.]*\s*[a-zµμ]*\s*/g, '') !== '') return undefined;
  let sum = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d[\d.]*)\s*([a-zµμ]*)/g)) {
    const factor = units.find(([names]) => names.test(unit))?.[1];
    if (factor === undefined || Number.isNaN(Number(number))) return undefined;
    sum += Number(number) * factor;
  }
  return sum;
}
