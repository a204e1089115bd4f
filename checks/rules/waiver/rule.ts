import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'waiver',
  title: 'a waiver has no reason, names no rule, or is not needed',
  severity: 'error',
  why: 'A waiver without a reason cannot be judged later, and one that waives nothing hides the next real finding.',
  evidence: ['https://docs.kubelinter.io/#/configuring-kubelinter?id=ignoring-violations-for-specific-cases'],
  fix: "Write '# ai-semble-ignore RULE: reason' above the line or at its end, or remove it.",
  applies: 'project',
  // checks/waivers.ts finds these, after all other rules have spoken.
  check: () => [],
});
