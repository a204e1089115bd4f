/**
 * Labels as transformers.js can put them into a template: it does so with String.replace, which reads `$` as a sign
 * of its own.
 */
export function safeLabels(labels: readonly string[]) {
  const originals = new Map(labels.map((label) => [label.replaceAll('$', '$$$$'), label]));
  return { escaped: [...originals.keys()], original: (label: string) => originals.get(label) ?? label };
}
