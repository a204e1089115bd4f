import { existsSync } from 'node:fs';
import { isRoot } from './account.ts';
import { Failure } from './failure.ts';
import { requirePodman } from './podman.ts';
import type { RunOptions } from './run.ts';
import { phase } from './terminal.ts';
import { diskFolder, makeDisk, makeSystem, systemFile } from './vm-disk.ts';
import { emulatorFolder, makeEmulator } from './vm-emulator.ts';
import { alone, removeOutdated } from './vm-folder.ts';
import { findImages } from './vm-images.ts';
import { findMachine, type Machine, startMachine } from './vm-machine.ts';
import { guest } from './vm-recipe.ts';

const programs = [
  { name: 'mmdebstrap', path: '/usr/bin/mmdebstrap', package: 'mmdebstrap' },
  { name: 'ssh-keygen', path: '/usr/bin/ssh-keygen', package: 'openssh-client' },
  { name: 'unshare', path: '/usr/bin/unshare', package: 'util-linux' },
] as const;

/** Makes what is not yet made of the machine; resolves to its disk's folder. */
export async function buildMachine(options: RunOptions): Promise<string> {
  requireMeans();
  try {
    return await alone(() => build(options));
  } catch (error) {
    // A command that was ended on purpose has nothing to say.
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function build(options: RunOptions): Promise<string> {
  const podman = requirePodman();
  const images = await findImages(podman);
  const made = (was: boolean) => (was ? 'made' : 'there already');
  await phase('emulator', async () => made(await makeEmulator(options)));
  await phase(`Debian ${guest.suite}`, async () => made(await makeSystem(options)));
  await phase('disk', async (note) => made(await makeDisk(podman.account, images, note, options)));
  const disk = diskFolder(images);
  if (!findMachine()) removeOutdated([emulatorFolder, systemFile, disk]);
  return disk;
}

/** Boots a fresh machine; one that runs is refused, or with `replace` ended first. */
export async function bootMachine(
  disk: string,
  options: RunOptions,
  { replace = false } = {},
): Promise<Machine> {
  let machine: Machine | undefined;
  await phase('boot', async () => {
    machine = await alone(() => {
      if (!replace) refuseSecond();
      return startMachine(disk, options);
    });
    return machine.accelerator === 'kvm' ? 'with KVM' : 'emulated: no KVM that runs a kernel here';
  });
  if (machine === undefined) throw new Failure('the machine did not start');
  return machine;
}

/** Fails where a machine runs already. */
export function refuseSecond(): void {
  if (!findMachine()) return;
  throw new Failure('the machine runs already', {
    fix: 'make vm ARGS=stop, or make test-vm ARGS=--running to test in it as it is',
  });
}

/** Aborted when the caller is told to stop, so that what is half made can be taken away. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort(new Failure('interrupted')));
  }
  return controller.signal;
}

function requireMeans(): void {
  if (process.arch !== 'x64')
    throw new Failure(`the machine is an x86-64 one; this is ${process.arch}`, { exit: 77 });
  const missing = programs.filter(({ path }) => !existsSync(path));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const packages = missing.map((program) => program.package).join(' ');
    throw new Failure(`missing: ${names}`, { exit: 3, fix: `sudo apt-get install ${packages}` });
  }
  if (!isRoot) {
    throw new Failure("only root can make the machine's disk: SELinux labels are written from outside", {
      exit: 3,
      fix: 'sudo make vm',
    });
  }
}
