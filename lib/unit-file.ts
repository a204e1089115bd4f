export interface Section {
  name: string;
  /** A comment above its head. */
  comment?: string;
  /** The key `#` makes a comment of its value. */
  entries: ReadonlyArray<readonly [key: string, value: string]>;
}

/** A unit file as text: comment header, then each section with its entries in the order given. */
export function renderUnit(header: readonly string[], sections: readonly Section[]): string {
  const blocks = sections.map(({ name, comment, entries }) =>
    [
      ...(comment ? [`# ${comment}`] : []),
      `[${name}]`,
      ...entries.map(([key, value]) => (key === '#' ? `# ${value}` : `${key}=${value}`)),
    ].join('\n'),
  );
  return `${[header.map((line) => `# ${line}`).join('\n'), ...blocks].join('\n\n')}\n`;
}
