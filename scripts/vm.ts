import { Failure } from '../lib/failure.ts';
import { nearest } from '../lib/nearest.ts';
import { interactive } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';
import { bootMachine, buildMachine, untilInterrupted } from '../lib/vm.ts';
import { findMachine, type Machine, requireMachine, sshArgv, stopMachine } from '../lib/vm-machine.ts';
import { guest } from '../lib/vm-recipe.ts';

const verbs = {
  build: { help: 'make the disk, unless it is made already' },
  start: { help: 'build, boot, and say how to get in, unless it runs (the default)' },
  ssh: { help: '[-- COMMAND…]: log in, or run a command line in it' },
  reset: { help: 'boot again from the disk as it was built' },
  stop: { help: 'end it, and delete what it wrote' },
  status: { help: 'whether it runs, and where' },
} as const;

const usage = {
  summary: 'A virtual Debian 13 with systemd and SELinux enforcing, to run Ai-semble in as its users do.',
  options: { root: { type: 'boolean', help: `ssh: as root instead of as '${guest.user}'` } },
  positionals: '[VERB]',
  verbs,
} as const;

// The machine's command line is its own, flags too.
const end = process.argv.indexOf('--');
const command = end < 0 ? [] : process.argv.splice(end).slice(1);

await script(usage, async ({ root, positionals }) => {
  const verb = parseVerb(positionals);
  const options = verb === 'ssh' ? {} : { signal: untilInterrupted() };
  switch (verb) {
    case 'start':
      return welcome(findMachine() ?? (await bootMachine(await buildMachine(options), options)));
    case 'build':
      await buildMachine(options);
      return;
    case 'reset':
      return welcome(await bootMachine(await buildMachine(options), options, { replace: true }));
    case 'ssh':
      process.exitCode = await interactive(sshArgv(requireMachine(), root ? 'root' : guest.user, command));
      return;
    case 'stop':
      return say((await stopMachine()) ? 'stopped' : 'it does not run');
    case 'status':
      return report(findMachine());
  }
});

function parseVerb([word = 'start', ...more]: readonly string[]): keyof typeof verbs {
  const names = Object.keys(verbs);
  if (more.length > 0 || !names.includes(word)) {
    const near = nearest(word, names);
    throw new Failure(`unknown verb '${[word, ...more].join(' ')}'`, {
      exit: 2,
      fix: near && near !== word ? `did you mean ${near}?` : 'see --help; a command goes after --',
    });
  }
  return word as keyof typeof verbs;
}

function report(machine: Machine | undefined): void {
  const { pid, port, accelerator, disk } = machine ?? {};
  process.stdout.write(
    machine ? `runs: process ${pid}, ssh on 127.0.0.1:${port}, ${accelerator}, ${disk}\n` : 'stopped\n',
  );
}

function welcome({ port }: Machine): void {
  say(`
  The machine answers ssh on 127.0.0.1:${port}:

    make vm ARGS=ssh                      as '${guest.user}', who runs Ai-semble
    make vm ARGS='ssh --root'             as root
    make vm ARGS='ssh -- uname -a'        one command
    make vm ARGS=reset                    as it was built; ARGS=stop ends it
`);
}
