import type { Project } from '../project/project.ts';
import type { Access } from './access-vector.ts';
import { containerAttributes, containerTypes } from './cil-names.ts';

/** What no container is to be allowed. */
export interface Danger {
  readonly on: Access;
  /** Only for these types and attributes; for any where there is none. */
  readonly target?: ReadonlySet<string>;
  /** It is no danger towards types of the files' own. */
  readonly foreignOnly?: true;
  /** In a few words. */
  readonly what: string;
}

const fileClasses = 'file dir lnk_file chr_file blk_file sock_file fifo_file';

/** `on('file dir', 'read write')`: these permissions on each of these classes. */
function on(classes: string, permissions: string): Access {
  return new Map(classes.split(' ').map((objectClass) => [objectClass, new Set(permissions.split(' '))]));
}

function targets(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}

export const dangers: readonly Danger[] = [
  {
    on: on('capability cap_userns', 'sys_admin sys_module sys_ptrace sys_rawio sys_boot dac_read_search'),
    what: 'a capability that leads out of the container',
  },
  {
    on: on('capability2 cap2_userns', 'mac_admin mac_override bpf perfmon syslog checkpoint_restore'),
    what: 'a capability that leads out of the container',
  },
  {
    on: on('filesystem', 'mount remount unmount relabelfrom relabelto'),
    what: 'mounts are made by podman, before the container starts',
  },
  { on: on('system', 'module_load module_request'), what: 'loads code into the kernel' },
  { on: on('bpf', 'map_create prog_load prog_run'), what: 'loads code into the kernel' },
  { on: on('perf_event', 'open kernel tracepoint'), what: 'reads what the kernel and other processes do' },
  {
    on: on('security', 'load_policy setenforce setbool setsecparam setcheckreqprot'),
    what: 'changes or switches off SELinux',
  },
  { on: on('process', 'ptrace'), what: 'reads and steers other processes' },
  { on: on('process', 'setcurrent'), what: 'changes its own context' },
  {
    on: on('process', 'transition dyntransition'),
    foreignOnly: true,
    what: "leaves the container's type for another",
  },
  {
    on: on('file', 'read write append open map link rename unlink setattr create'),
    target: targets('shadow_t passwd_file_t'),
    what: 'the passwords and accounts of the host',
  },
  {
    on: on('file dir', 'write append create setattr unlink rename link add_name remove_name'),
    target: targets('policy_config_t selinux_config_t semanage_store_t file_context_t security_t'),
    what: 'changes or switches off SELinux',
  },
  {
    on: on('blk_file chr_file', 'read write append open ioctl'),
    target: targets(
      'fixed_disk_device_t removable_device_t scsi_generic_device_t memory_device_t kmsg_device_t',
    ),
    what: 'disks and memory of the host, past every file permission',
  },
  {
    on: on('unix_stream_socket', 'connectto'),
    target: targets('container_runtime_t container_engine_t init_t spc_t unconfined_t'),
    what: 'commands a process that is not confined',
  },
  { on: on(fileClasses, 'relabelfrom relabelto'), what: 'changes labels, and with them who may read a file' },
];

/** Whether a rule with that source holds for containers. */
export function confines(name: string, project: Project): boolean {
  return (
    name === 'container_t' ||
    name === 'domain' ||
    containerAttributes.has(name) ||
    containerTypes(project).has(name)
  );
}
