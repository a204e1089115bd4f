import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-multiple-cmd',
  title: 'a stage has more than one CMD, ENTRYPOINT or HEALTHCHECK',
  severity: 'warning',
  why: 'Only the last one counts; what the others say never runs, without a word from the build.',
  evidence: ['https://github.com/containers/common/blob/main/docs/Containerfile.5.md'],
  fix: 'Keep the one that is meant; several services belong into several containers.',
  applies: 'containerfile',
  *check({ stages }) {
    for (const { instructions } of stages) {
      for (const keyword of ['CMD', 'ENTRYPOINT', 'HEALTHCHECK']) {
        const all = instructions.filter((instruction) => instruction.keyword === keyword);
        for (const { keywordSpan } of all.slice(0, -1))
          yield { at: keywordSpan, message: `another ${keyword} follows in this stage and replaces it` };
      }
    }
  },
});
