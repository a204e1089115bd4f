import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageManager } from './distribution.ts';
import { root } from './paths.ts';
import { modelsSelinux } from './platform.ts';

/** What of security/selinux a machine needs, as one module: whole or not there. */
export interface Policy {
  text: string;
  /** A type of its own name says which version is loaded: anybody may ask the kernel whether a type exists. */
  versionType: string;
}

/** Name of the module, and of the file that semodule takes it from. */
export const policyModule = 'ai_semble';

/** The kernel's answer to whether the policy is loaded: this one, another version, or none. */
export type PolicyState = 'current' | 'old' | 'missing';

export function selinuxPolicy(manager: PackageManager | undefined, gpu: boolean): Policy {
  const files = [policyModule, manager === 'dnf' ? 'fedora' : 'debian', ...(gpu ? ['gpu'] : [])];
  const text = files
    .map((file) => readFileSync(join(root, 'security/selinux', `${file}.cil`), 'utf8'))
    .join('\n');
  const versionType = `ai_semble_${createHash('sha256').update(text).digest('hex').slice(0, 16)}_t`;
  const version = `\n; Says which version this is.\n(type ${versionType})\n`;
  return { text: text + version, versionType };
}

export function policyState(
  { versionType }: Policy,
  isContext: (context: string) => boolean = kernelKnows,
): PolicyState {
  if (isContext(`system_u:object_r:${versionType}:s0`)) return 'current';
  return isLoaded(isContext) ? 'old' : 'missing';
}

/** Whether any version is. */
export function isLoaded(isContext: (context: string) => boolean = kernelKnows): boolean {
  return isContext(`system_u:system_r:${modelsSelinux.type}:s0`);
}

/** https://github.com/torvalds/linux/blob/v6.12/security/selinux/selinuxfs.c sel_write_context */
function kernelKnows(context: string): boolean {
  try {
    writeFileSync('/sys/fs/selinux/context', context);
    return true;
  } catch {
    return false;
  }
}
