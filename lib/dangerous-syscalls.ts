/** System calls that no service needs, by what a program gets at with them; the words stand in findings. */
export const dangers: Readonly<Record<string, string>> = {
  'changes mounts':
    'mount umount umount2 mount_setattr move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick pivot_root chroot',
  'enters or makes namespaces': 'setns unshare',
  'reaches the kernel keyring': 'add_key keyctl request_key',
  'loads programs into the kernel':
    'bpf init_module finit_module delete_module create_module kexec_load kexec_file_load',
  'is a usual part of kernel exploits': 'userfaultfd perf_event_open personality',
  'goes around this filter': 'io_uring_setup io_uring_enter io_uring_register',
  'reads and steers other processes':
    'ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd',
  'opens files past mount points': 'open_by_handle_at name_to_handle_at',
  'acts on the whole machine':
    'reboot swapon swapoff quotactl quotactl_fd acct settimeofday clock_settime clock_settime64 stime sethostname setdomainname syslog vhangup nfsservctl lookup_dcookie',
  'reaches hardware': 'iopl ioperm pciconfig_read pciconfig_write pciconfig_iobase',
};
