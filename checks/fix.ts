import type { Edit, Finding } from './finding.ts';
import { positionOf, type Source } from './source.ts';

export interface Fixed {
  readonly source: Source;
  /** The file's text with all edits made. */
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** Files with the findings mended that carry an edit; of overlapping edits the first is made. */
export function fixesOf(findings: readonly Finding[]): Fixed[] {
  const bySource = new Map<Source, Edit[]>();
  for (const { edit } of findings) {
    if (edit === undefined) continue;
    const edits = bySource.get(edit.at.source) ?? [];
    const overlaps = edits.some(({ at }) => edit.at.start < at.end && at.start < edit.at.end);
    if (!overlaps) edits.push(edit);
    bySource.set(edit.at.source, edits);
  }
  return [...bySource].map(([source, unordered]) => {
    const edits = unordered.sort((a, b) => a.at.start - b.at.start);
    let text = '';
    let from = 0;
    for (const { at, text: replacement } of edits) {
      text += source.text.slice(from, at.start) + replacement;
      from = at.end;
    }
    return { source, text: text + source.text.slice(from), edits };
  });
}

/** A unified diff of the lines that the edits touch. */
export function diffOf({ source, text, edits }: Fixed): string {
  const before = source.text.split('\n');
  const after = text.split('\n');
  const hunks: string[] = [];
  let shift = 0;
  for (let index = 0; index < edits.length; ) {
    const first = positionOf(source, edits[index]?.at.start ?? 0).line;
    let last = first;
    let grown = 0;
    for (; index < edits.length && positionOf(source, edits[index]?.at.start ?? 0).line <= last; index++) {
      const edit = edits[index] as Edit;
      const end = positionOf(source, edit.at.end).line;
      grown += edit.text.split('\n').length - 1 - (end - positionOf(source, edit.at.start).line);
      last = Math.max(last, end);
    }
    const old = before.slice(first - 1, last);
    const made = after.slice(first - 1 + shift, last + shift + grown);
    hunks.push(`@@ -${first},${old.length} +${first + shift},${made.length} @@`);
    hunks.push(...old.map((line) => `-${line}`), ...made.map((line) => `+${line}`));
    shift += grown;
  }
  return [`--- ${source.path}`, `+++ ${source.path}`, ...hunks, ''].join('\n');
}
