import { defineRule } from '../../rule.ts';
import { spanOf } from '../../source.ts';

export const rule = defineRule({
  id: 'containerfile-from-first',
  title: 'a Containerfile has no FROM, or instructions before it',
  severity: 'error',
  why: 'Without FROM the build stops; instructions other than ARG before the first FROM belong to no image.',
  evidence: ['https://github.com/containers/common/blob/main/docs/Containerfile.5.md'],
  fix: 'Begin with FROM; only ARG may stand above it.',
  applies: 'containerfile',
  *check({ source, instructions, stages }) {
    const [first] = stages;
    if (first === undefined) {
      const at = instructions[0]?.keywordSpan ?? spanOf(source, { start: 0, end: 0 });
      yield { at, message: 'there is no FROM: no image is built' };
      return;
    }
    for (const { keyword, keywordSpan, span } of instructions) {
      if (span.start >= first.from.span.start) return;
      if (keyword !== 'ARG') yield { at: keywordSpan, message: `${keyword} stands before the first FROM` };
    }
  },
});
