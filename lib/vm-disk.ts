import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { debianArgv } from './debian.ts';
import { root } from './paths.ts';
import { type RunOptions, run } from './run.ts';
import type { Note } from './terminal.ts';
import { emulatorArgv } from './vm-emulator.ts';
import { keep, vmFolder } from './vm-folder.ts';
import { copyImage, type VmImage } from './vm-images.ts';
import { guest, guestCommands, guestFiles, guestPackages, hashOf, labelCommand } from './vm-recipe.ts';

const packageFiles = ['package.json', 'package-lock.json'] as const;

/** Debian as its packages make it; kept apart, because it takes longest and changes least. */
export const systemFile = join(vmFolder, `system-${hashOf(guest.suite, guestPackages)}.tar`);

/** The disk and what is needed to boot it, named after everything that goes into it. */
export function diskFolder(images: readonly VmImage[]): string {
  const packages = packageFiles.map((file) => readFileSync(join(root, file), 'utf8'));
  return join(
    vmFolder,
    `disk-${hashOf(systemFile, guest, guestFiles(''), guestCommands, labelCommand, packages, images)}`,
  );
}

export const diskFiles = {
  disk: 'disk.raw',
  kernel: 'vmlinuz',
  initrd: 'initrd.img',
  key: 'key',
  knownHosts: 'known_hosts',
} as const;

export async function makeSystem(options: RunOptions): Promise<boolean> {
  return await keep(systemFile, async (file) => {
    const debian = { suite: guest.suite, variant: 'apt', include: guestPackages } as const;
    await run(debianArgv(debian, 'root', { format: 'tar', path: file }), options);
  });
}

/** Makes the disk in a folder of files first, so that nothing needs the machine to run. */
export async function makeDisk(
  account: Account,
  images: readonly VmImage[],
  note: Note,
  options: RunOptions,
): Promise<boolean> {
  return await keep(diskFolder(images), async (folder) => {
    mkdirSync(folder, { mode: 0o700 });
    const files = mkdtempSync(join(folder, 'files-'));
    const inside = (argv: readonly string[]) => run(['chroot', files, ...argv], options);
    note('unpacking Debian');
    await run(
      ['tar', '-x', '-p', '--numeric-owner', '--xattrs', '--xattrs-include=*', '-C', files, '-f', systemFile],
      options,
    );
    note('settings');
    await makeKey(folder, files, options);
    for (const command of guestCommands.before) await inside(command);
    for (const { path, text } of guestFiles(readFileSync(join(folder, 'key.pub'), 'utf8')))
      writeGuestFile(files, path, text);
    for (const command of guestCommands.after) await inside(command);
    note('npm packages');
    await installPackages(files, options);
    for (const image of images) {
      note(image.reference);
      await copyImage(account, image, asGuestUser(files, ['podman', 'load', '--quiet']), options);
    }
    note('labels');
    await inside(labelCommand);
    note('file system');
    await makeFileSystem(folder, files, options);
  });
}

async function makeKey(folder: string, files: string, options: RunOptions): Promise<void> {
  const key = join(folder, diskFiles.key);
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', guest.name, '-f', key], options);
  const host = readFileSync(join(files, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  writeFileSync(join(folder, diskFiles.knownHosts), `${guest.name} ${host}`);
}

function writeGuestFile(files: string, path: string, text: string): void {
  const file = join(files, path);
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(file, text, { mode: 0o644 });
}

/** Installed here, in seconds: the emulated machine would take minutes. */
async function installPackages(files: string, options: RunOptions): Promise<void> {
  const folder = join(files, guest.packages);
  mkdirSync(folder, { recursive: true });
  for (const file of packageFiles) writeFileSync(join(folder, file), readFileSync(join(root, file)));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run(['npm', 'ci', ...flags, '--prefix', folder], options);
  await run(['chown', '-R', `${guest.uid}:${guest.uid}`, dirname(folder)], options);
}

async function makeFileSystem(folder: string, files: string, options: RunOptions): Promise<void> {
  for (const [kind, name] of [
    ['vmlinuz-', diskFiles.kernel],
    ['initrd.img-', diskFiles.initrd],
  ] as const) {
    const found = readdirSync(join(files, 'boot')).find((file) => file.startsWith(kind)) ?? kind;
    await run(['cp', join(files, 'boot', found), join(folder, name)], options);
  }
  const make = ['-q', '-t', 'ext4', '-d', files, join(folder, diskFiles.disk), guest.disk];
  await run(emulatorArgv('usr/sbin/mke2fs', make), options);
  rmSync(files, { recursive: true, force: true });
}

/**
 * Runs a command in the machine's files as its user. Not by chroot, in which the kernel lets nobody make the user
 * namespaces that rootless podman needs; and with its processes in a namespace of their own, which ends with it.
 */
function asGuestUser(files: string, argv: readonly string[]): string[] {
  const { user, uid } = guest;
  const runtime = `run/user/${uid}`;
  const enter = `files=$1; shift
mount --bind "$files" "$files"; cd "$files"
mount --rbind /dev dev; mount --rbind /sys sys; mount -t proc proc proc
mount -t tmpfs tmpfs run; mount -t tmpfs tmpfs tmp; chmod 1777 tmp
mkdir -p ${runtime}; chown ${uid}:${uid} ${runtime}; chmod 700 ${runtime}
pivot_root . .; umount -l .; cd /
exec "$@"`;
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const env = [`HOME=/home/${user}`, `XDG_RUNTIME_DIR=/${runtime}`, 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'];
  return [
    ...['unshare', ...namespaces, 'sh', '-ec', enter, 'sh', files],
    ...['runuser', '-u', user, '--', 'env', '--ignore-environment', ...env, ...argv],
  ];
}
