import type { Edit, Report } from '../../finding.ts';
import { execForm, partsOf } from '../../image/instructions.ts';
import type { Instruction } from '../../project/containerfile.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-shell-form',
  title: 'a service is started through a shell',
  severity: 'warning',
  why: 'Process 1 is then sh, which passes no signals on: stopping waits for the timeout and kills the service in its work.',
  evidence: [
    'https://github.com/containers/common/blob/main/docs/Containerfile.5.md',
    'https://docs.docker.com/reference/build-checks/json-args-recommended/',
  ],
  fix: 'Write it as a JSON list, CMD ["program", "argument"], or let the shell step aside with exec.',
  applies: 'containerfile',
  *check({ stages }) {
    for (const { instructions } of stages) {
      for (const keyword of ['ENTRYPOINT', 'CMD']) {
        const counts = instructions.findLast((instruction) => instruction.keyword === keyword);
        if (counts && counts.value !== '' && execForm(counts) === undefined) yield* shellForm(counts);
      }
    }
  },
});

const builtin = /^(cd|\.|source|set|export|ulimit|umask|trap|eval|if|for|while|case|until)$/;

function* shellForm(instruction: Instruction): Generator<Report> {
  const { keyword, value } = instruction;
  const { at } = partsOf(instruction);
  if (value.startsWith('[')) {
    const edit = editOf(instruction, value.replaceAll("'", '"'));
    yield { at, message: `${keyword} is no JSON list of strings: sh gets it as it stands`, ...edit };
  } else if (!/^exec\s/.test(value)) {
    const words = value.split(/\s+/);
    // Only words without a meaning for the shell can do without it.
    const plain = words.every((word) => /^[\w./:@,+=-]+$/.test(word)) && !/^\w+=/.test(value);
    const edit = plain && !builtin.test(words[0] ?? '') ? editOf(instruction, JSON.stringify(words)) : {};
    yield { at, message: `${keyword} is in shell form`, ...edit };
  }
}

function editOf(instruction: Instruction, text: string): { edit?: Edit } {
  const isList = execForm({ ...instruction, value: text }) !== undefined;
  return isList ? { edit: { at: partsOf(instruction).at, text: text.replaceAll('","', '", "') } } : {};
}
