import { closeSync } from 'node:fs';
import { Failure } from '../lib/failure.ts';
import { starterCommand } from '../lib/model-command.ts';
import { openInput, openOutput, planImport } from '../lib/model-files.ts';
import { type JobOptions, runModelJob } from '../lib/model-job.ts';
import { type ModelValues, modelUsage, parseVerb } from '../lib/model-verbs.ts';
import { imageReference, platform } from '../lib/platform.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase } from '../lib/terminal.ts';

await script(modelUsage, async (values) => {
  const { verb, names } = parseVerb(values);
  const pod = values.pod ?? platform.name;
  const flags = [
    ...(values.json ? ['--json'] : []),
    ...(values.force && verb !== 'export' ? ['--force'] : []),
    ...(values.name === undefined ? [] : [`--name=${values.name}`]),
    ...(values['insecure-http'] ? ['--insecure-http'] : []),
  ];
  // After `--`: what a user calls a model is never a flag.
  const run = async (
    kind: JobOptions['kind'],
    more: readonly string[],
    options: Partial<JobOptions> = {},
  ) => {
    const [first = '', ...rest] = more;
    process.exitCode = await runModelJob(requirePodman(), {
      pod,
      kind,
      args: [first, ...flags, ...rest],
      ...options,
    });
    return process.exitCode === 0;
  };
  switch (verb) {
    case 'list':
      await run('reads', ['list']);
      return;
    case 'verify':
      await run('checks', ['verify', '--', ...names]);
      return;
    case 'remove':
      await run('writes', ['remove', '--', ...names]);
      return;
    case 'pull':
      await pull(values, names, run);
      return;
    case 'import':
      for (const name of names) await importFrom(name, run);
      return;
    case 'export':
      await exportTo(names, values.force, run);
      return;
    case 'presets':
      await presets(names, run);
      return;
    case 'starter':
      await starter(pod);
  }
});

type Run = (
  kind: JobOptions['kind'],
  more: readonly string[],
  options?: Partial<JobOptions>,
) => Promise<boolean>;

async function pull(
  { locked, network = 'default' }: ModelValues,
  names: readonly string[],
  run: Run,
): Promise<void> {
  if (locked) {
    const input = names[0] === undefined ? ('inherit' as const) : openInput(names[0]);
    if (input === 'inherit' && process.stdin.isTTY) {
      throw new Failure('--locked needs a lock file', { exit: 2, fix: 'pull --locked models.lock.json' });
    }
    await run('writes', ['pull', '--locked'], { network, input });
    return;
  }
  const remote = names.filter((name) => !name.startsWith('file:'));
  if (remote.length > 0 && !(await run('writes', ['pull', '--', ...remote], { network }))) return;
  for (const name of names.filter((source) => source.startsWith('file:'))) {
    if (!(await importFrom(name, run))) return;
  }
}

async function importFrom(name: string, run: Run): Promise<boolean> {
  const { args, input } = planImport(name);
  if ('command' in input) return run('writes', args, { input: input.command });
  const fd = openInput(input.file);
  return run('writes', args, { input: fd }).finally(() => closeSync(fd));
}

async function exportTo([file = '-', ...names]: readonly string[], force: boolean, run: Run): Promise<void> {
  const args = ['export', '--', ...names];
  if (file === '-') {
    if (process.stdout.isTTY)
      throw new Failure('a tar is nothing for a terminal', { exit: 2, fix: 'name a file' });
    await run('checks', args);
    return;
  }
  const output = openOutput(file, force);
  let good = false;
  try {
    good = await run('checks', args, { output: output.fd });
  } finally {
    output.keep(good);
  }
}

async function presets([file]: readonly string[], run: Run): Promise<void> {
  if (file === undefined) await run('reads', ['presets']);
  else await run('writes', ['set-presets'], { input: openInput(file) });
}

async function starter(pod: string): Promise<void> {
  const podman = requirePodman();
  await phase('starter models', async () => {
    const output = await podman.run(starterCommand(imageReference('ai-services'), `${pod}-models`));
    return output.includes('written') ? 'written' : 'up to date';
  });
}
