import { accessSync, constants, existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './account.ts';
import {
  type CdiDevice,
  type CdiSpec,
  type CdiSurroundings,
  judgeCdiSpecs,
  parseCdiSpec,
} from './cdi-spec.ts';

/** Where podman looks for specs. https://github.com/cncf-tags/container-device-interface */
export const cdiFolders = ['/etc/cdi', '/var/run/cdi'];

/** Every CDI spec on the machine, each with what is wrong with it. */
export function findCdiSpecs(folders: readonly string[] = cdiFolders): CdiSpec[] {
  return judgeCdiSpecs(folders.flatMap(readFolder), surroundings());
}

/** The devices that podman can hand out: of one name, the one in the last folder, and of no spec that is wrong. */
export function usableDevices(specs: readonly CdiSpec[]): CdiDevice[] {
  const sound = specs.filter(({ problems }) => problems.length === 0).flatMap(({ devices }) => devices);
  return [...new Map(sound.map((device) => [device.name, device])).values()];
}

function readFolder(folder: string): CdiSpec[] {
  if (!existsSync(folder)) return [];
  if (!isReadable(folder, constants.R_OK | constants.X_OK)) return [unreadable(folder, 'a+rx')];
  const names = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  return names.sort().map((name) => {
    const path = join(folder, name);
    return isReadable(path, constants.R_OK)
      ? parseCdiSpec(path, readFileSync(path, 'utf8'))
      : unreadable(path, 'a+r');
  });
}

function unreadable(path: string, mode: string): CdiSpec {
  const what = 'the account that runs podman may not read it';
  return { path, devices: [], problems: [{ what, fix: `chmod ${mode} ${path}` }] };
}

/** Root may read everything; the account that its podman runs as is one of "all others". */
function isReadable(path: string, rights: number): boolean {
  try {
    if (isRoot) return (statSync(path).mode & rights) === rights;
    accessSync(path, rights);
    return true;
  } catch {
    return false;
  }
}

function surroundings(): CdiSurroundings {
  return { exists: existsSync, isOpen, nvidiaDriver: nvidiaDriver() };
}

function isOpen(node: string): boolean {
  const stats: Stats | undefined = statSync(node, { throwIfNoEntry: false });
  return stats === undefined || (stats.mode & 0o006) === 0o006;
}

function nvidiaDriver(): string | undefined {
  try {
    return parseNvidiaDriver(readFileSync('/proc/driver/nvidia/version', 'utf8'));
  } catch {
    return undefined;
  }
}

/** The version in `NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build …`. */
export function parseNvidiaDriver(text: string): string | undefined {
  return /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1];
}
