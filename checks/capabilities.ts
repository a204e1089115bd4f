import { capabilityNames } from './capability-names.ts';

/** What podman takes, in capitals and without CAP_. */
export const knownCapabilities: ReadonlySet<string> = new Set([...capabilityNames, 'ALL']);

/** Capabilities that reach beyond a container, and what each lets a process do. */
export const dangerousCapabilities: ReadonlyMap<string, string> = new Map([
  ['ALL', 'do everything that root may'],
  ['BPF', 'load programs into the kernel'],
  ['DAC_READ_SEARCH', 'read every file, and open files of the host by handle'],
  ['MAC_ADMIN', 'change the mandatory access policy'],
  ['MAC_OVERRIDE', 'pass by the mandatory access policy'],
  ['NET_ADMIN', 'change addresses, routes and firewall rules'],
  ['PERFMON', 'watch other processes and the kernel'],
  ['SYS_ADMIN', 'mount, and nearly all that root may'],
  ['SYS_BOOT', 'reboot the machine or load another kernel'],
  ['SYS_MODULE', 'load kernel modules'],
  ['SYS_PTRACE', 'read and change other processes'],
  ['SYS_RAWIO', 'reach memory and devices directly'],
  ['SYS_TIME', "set the machine's clock"],
  ['SYSLOG', "read the kernel's messages and addresses"],
]);

/** As podman reads it: in any case, with or without CAP_. */
export function capabilityOf(name: string): string {
  return name.toUpperCase().replace(/^CAP_(?!ALL$)/, '');
}
