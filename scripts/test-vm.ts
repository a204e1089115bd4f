import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { root } from '../lib/paths.ts';
import { script } from '../lib/script.ts';
import { countTap, runCounting, summary } from '../lib/test-counts.ts';
import { bootMachine, buildMachine, refuseSecond, untilInterrupted } from '../lib/vm.ts';
import { type Machine, requireMachine, sshArgv, stopMachine } from '../lib/vm-machine.ts';
import { guest } from '../lib/vm-recipe.ts';

const usage = {
  summary: 'Deploys Ai-semble in a virtual machine with systemd and SELinux enforcing, and tests it there.',
  options: {
    keep: { type: 'boolean', help: 'leave the machine running afterwards' },
    running: { type: 'boolean', help: 'in the machine that runs already, as it is, and leave it running' },
    until: {
      type: 'string',
      value: 'TIME',
      help: 'skip what cannot end before then, in seconds since 1970; also UNTIL=…',
    },
    filter: { type: 'string', value: 'REGEX', help: 'only the tests whose name matches' },
  },
  positionals: '[FILE.bats …]',
} as const;

/** Emulated on two busy cores it takes most of an hour. */
const usualSeconds = 7200;

/** What a file may take longer than it says, before all is ended as a failure. */
const graceSeconds = 300;

/** Less does not make, boot and clear away the machine. */
const leastSeconds = 900;

/** From the first deployment to what remove leaves; what SELinux denied is read before forbidden things are tried. */
const order = [
  'deployment',
  'tour',
  'lifecycle',
  'upgrade',
  'denials',
  'selinux',
  'verify',
  'controls',
  'dev',
  'removal',
];

await script(usage, async ({ keep, running, until = process.env.UNTIL, filter, positionals }) => {
  const secondsLeft = () => (until === undefined ? usualSeconds : secondsTo(until));
  if (secondsLeft() < leastSeconds) throw new Failure('no time is left for the machine', { exit: 77 });
  const options = { signal: untilInterrupted() };
  if (!running) refuseSecond();
  const boot = async () => bootMachine(await buildMachine(options), options);
  const machine = running ? requireMachine() : await boot();
  const tools = mkdtempSync(join(tmpdir(), 'ai-semble-test-vm-'));
  const clean = async () => {
    rmSync(tools, { recursive: true, force: true });
    if (!keep && !running) await stopMachine();
  };
  // At once: the tests that still wait for the machine then end by themselves.
  options.signal.addEventListener('abort', () => void clean());
  try {
    for (const user of [guest.user, 'root']) writeShim(machine, user, join(tools, `machine-${user}`));
    const files = positionals.length > 0 ? positionals : allFiles();
    const bats = [join(root, 'node_modules/bats/bin/bats'), '--formatter', 'tap', '--timing'];
    // bats, too, leaves its files there when it is ended.
    const env = { PATH: `${tools}:${process.env.PATH}`, TMPDIR: tools, ...(until ? { UNTIL: until } : {}) };
    const command = [...bats, ...(filter ? ['--filter', filter] : []), ...files];
    const counts = await runCounting(command, countTap, env, secondsLeft() + graceSeconds);
    if (counts.passed + counts.failed + counts.skipped === 0)
      throw new Failure('bats ran no test', { fix: 'look at the output above' });
    process.stdout.write(`${summary(counts)}\n`);
    if (counts.failed > 0) process.exitCode = 1;
  } finally {
    await clean();
  }
});

function secondsTo(until: string): number {
  if (/^\d{10}$/.test(until)) return Number(until) - Math.floor(Date.now() / 1000);
  throw new Failure(`UNTIL takes seconds since 1970; got '${until}'`, {
    exit: 2,
    fix: 'UNTIL=$(date +%s --date "1 hour") make test-vm',
  });
}

function allFiles(): string[] {
  const found = readdirSync(join(root, 'tests/vm')).filter((file) => file.endsWith('.bats'));
  const files = order.map((name) => `${name}.bats`);
  const strangers = found.filter((file) => !files.includes(file));
  if (strangers.length > 0)
    throw new Failure(`when does tests/vm/${strangers[0]} run?`, { fix: 'name it in `order`' });
  return files.map((file) => join('tests/vm', file));
}

/** A command that runs its arguments in the machine, for the tests. */
function writeShim(machine: Machine, user: string, path: string): void {
  const words = sshArgv(machine, user, []).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
}
