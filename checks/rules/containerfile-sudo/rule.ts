import { runCommands } from '../../image/run-commands.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-sudo',
  title: 'a build uses sudo, or installs it',
  severity: 'warning',
  why: 'A build can be root where it has to; a sudo that stays in the image is a way to root for the service.',
  evidence: ['https://github.com/hadolint/hadolint/wiki/DL3004'],
  fix: 'Write USER 0:0 before the instruction and USER UID:GID after it.',
  applies: 'containerfile',
  *check({ instructions }) {
    for (const command of instructions.flatMap(runCommands)) {
      if (command.sudo) yield { at: command.sudo.at, message: `sudo runs '${command.program}'` };
      if (!/^(apt|apt-get|apk|dnf|microdnf|yum|zypper)$/.test(command.program)) continue;
      const installed = command.args.find(({ text }) => text === 'sudo');
      if (installed) yield { at: installed.at, message: 'the image gets sudo' };
    }
  },
});
