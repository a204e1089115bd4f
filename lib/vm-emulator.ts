import { totalmem } from 'node:os';
import { join } from 'node:path';
import { debianArgv } from './debian.ts';
import { type RunOptions, run } from './run.ts';
import { keep, vmFolder } from './vm-folder.ts';
import { emulatorPackages, guest, hashOf } from './vm-recipe.ts';

/** How the machine's processors come about: the kernel's virtualisation, or every instruction translated. */
export type Accelerator = 'kvm' | 'tcg';

/** A folder with Debian 13's QEMU and file system tools, which run from there without being installed. */
export const emulatorFolder = join(vmFolder, `emulator-${hashOf(guest.suite, emulatorPackages)}`);

export async function makeEmulator(options: RunOptions): Promise<boolean> {
  return await keep(emulatorFolder, async (folder) => {
    const debian = { suite: guest.suite, variant: 'apt', include: emulatorPackages } as const;
    await run(debianArgv(debian, 'root', { format: 'directory', path: folder }), options);
  });
}

/** A program of the emulator's folder, through its own loader: no chroot, and the host's libraries do not matter. */
export function emulatorArgv(program: string, args: readonly string[]): string[] {
  const at = (path: string) => join(emulatorFolder, path);
  return [
    ...[at('usr/lib64/ld-linux-x86-64.so.2'), '--library-path', at('usr/lib/x86_64-linux-gnu')],
    ...[at(program), ...args],
  ];
}

export interface MachineFiles {
  kernel: string;
  initrd: string;
  overlay: string;
  console: string;
  pidFile: string;
}

/** Starts the machine in the background, reachable by ssh on `port` of the loopback address. */
export function machineArgv(files: MachineFiles, accelerator: Accelerator, port: number): string[] {
  return qemuArgv(accelerator, [
    ...['-smp', String(guest.processors), '-m', guestMemory(totalmem())],
    ...['-kernel', files.kernel, '-initrd', files.initrd, '-append', guest.kernelLine],
    // The overlay is thrown away: nothing in it needs to survive the host.
    ...['-drive', `file=${files.overlay},if=virtio,format=qcow2,cache=unsafe`],
    ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net-pci,netdev=net'],
    ...['-device', 'virtio-rng-pci', '-serial', `file:${files.console}`],
    ...['-pidfile', files.pidFile, '-daemonize'],
  ]);
}

/** Enough to fill the language models' 8 GiB where the host has it to spare. QEMU takes what the machine touches. */
export function guestMemory(hostBytes: number): string {
  const gibibytes = hostBytes / 2 ** 30;
  return gibibytes >= 20 ? '12G' : gibibytes >= 12 ? '6G' : '4G';
}

/** A kernel without a disk: it says who it is, panics for want of one, and QEMU ends. */
export function probeArgv(kernel: string): string[] {
  const words = 'console=ttyS0 panic=-1';
  return qemuArgv('kvm', [
    '-m',
    '512M',
    '-kernel',
    kernel,
    '-append',
    words,
    '-no-reboot',
    '-serial',
    'stdio',
  ]);
}

function qemuArgv(accelerator: Accelerator, args: readonly string[]): string[] {
  const share = join(emulatorFolder, 'usr/share');
  const processor =
    accelerator === 'kvm' ? ['-cpu', 'host', '-accel', 'kvm'] : ['-cpu', 'max', '-accel', 'tcg,thread=multi'];
  return emulatorArgv('usr/bin/qemu-system-x86_64', [
    ...['-L', `${share}/qemu`, '-L', `${share}/seabios`, '-machine', 'q35', ...processor],
    ...['-display', 'none', '-monitor', 'none', ...args],
  ]);
}
