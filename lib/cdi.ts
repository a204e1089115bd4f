import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { messageOf } from './failure.ts';

export interface CdiSpec {
  path: string;
  /** Fully qualified names, such as `nvidia.com/gpu=all`. */
  devices: readonly string[];
  problem?: string;
}

/** Where the Container Device Interface keeps its specs. https://github.com/cncf-tags/container-device-interface */
export const cdiFolders = ['/etc/cdi', '/var/run/cdi'];

/** Every CDI spec on the machine, unreadable ones with what is wrong. */
export function findCdiSpecs(folders: readonly string[] = cdiFolders): CdiSpec[] {
  return folders.flatMap((folder) => list(folder).map((name) => readSpec(join(folder, name))));
}

function readSpec(path: string): CdiSpec {
  try {
    const spec = parse(readFileSync(path, 'utf8')) as { kind?: string; devices?: Array<{ name: string }> };
    if (!spec?.kind || !Array.isArray(spec.devices)) throw new Error("it has no 'kind' or no 'devices'");
    return { path, devices: spec.devices.map((device) => `${spec.kind}=${device.name}`) };
  } catch (error) {
    return { path, devices: [], problem: messageOf(error) };
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  } catch {
    return [];
  }
}
