import { type RunCommand, runCommands } from '../../image/run-commands.ts';
import type { Instruction } from '../../project/containerfile.ts';
import { defineRule } from '../../rule.ts';

const fetches = /^(curl|wget)$/;
const runs = /^((ba|da|z|k|a)?sh|python\d?|perl|node|ruby|php)$/;

export const rule = defineRule({
  id: 'containerfile-curl-pipe',
  title: 'a build runs what a server hands out',
  severity: 'warning',
  why: 'Nobody has seen that script, it can differ for every build, and a broken download runs half of it.',
  evidence: ['https://github.com/containers/common/blob/main/docs/Containerfile.5.md'],
  fix: 'Download it with ADD --checksum=sha256:…, or install the package of your distribution.',
  applies: 'containerfile',
  *check({ instructions }) {
    for (const instruction of instructions) {
      for (const { program, programAt } of pipedDownloads(instruction))
        yield { at: programAt, message: `'${program}' runs what is downloaded, unseen` };
    }
  },
});

function* pipedDownloads(instruction: Instruction): Generator<RunCommand> {
  let previous: RunCommand | undefined;
  let downloads = false;
  for (const command of runCommands(instruction)) {
    const { before, program, args } = command;
    // `curl … | gunzip | sh`: the download goes through the whole pipe.
    downloads = (before.startsWith('|') && before !== '||' && downloads) || fetches.test(program);
    if (runs.test(program) && downloads && args.every(({ text }) => !/^-[a-z]*c$|^[^-]/.test(text)))
      yield command;
    else if (runs.test(program) && args.some(({ text }) => /(\$\(|`)\s*(curl|wget)\s/.test(text)))
      yield command;
    else if (
      before === '<(' &&
      fetches.test(program) &&
      previous &&
      /^(source|\.)$|sh$/.test(previous.program)
    )
      yield previous;
    previous = command;
  }
}
