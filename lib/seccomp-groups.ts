import {
  anyIoctlButTerminals,
  type Condition,
  ioctls,
  noNamespaces,
  ordinarySockets,
  prctls,
  unixPairs,
} from './seccomp-conditions.ts';

/** System calls that are allowed together, and why: the one place that says so. */
export interface SyscallGroup {
  id: string;
  reason: string;
  names: readonly string[];
  /** Allowed only where every condition of one of these holds. */
  when?: readonly Condition[][];
  /** `every`: whatever is recorded. Else the services that have it beside those that were seen to call one of it. */
  for?: 'every' | readonly string[];
}

const words = (text: string): string[] => text.split(/\s+/);

export const syscallGroups: readonly SyscallGroup[] = [
  {
    id: 'start',
    reason: 'the runtime hands over to the program, and the C library starts it and ends it',
    names: words(
      'execve brk arch_prctl set_tid_address set_robust_list rseq prlimit64 getrandom uname close_range exit exit_group',
    ),
    for: 'every',
  },
  {
    id: 'runtime',
    reason: 'what crun does last, after the filter where no-new-privileges is off (runc needs it on)',
    names: words('capset setgroups setresuid setresgid fchown'),
    for: 'every',
  },
  {
    id: 'memory',
    reason: 'stacks, heaps, libraries, and what V8 compiles',
    names: words('mmap munmap mremap mprotect madvise'),
    for: 'every',
  },
  {
    id: 'signals',
    reason: 'SIGTERM drains a service; catatonit passes it on and reaps; timeouts and shells wait for theirs',
    names: words(
      'rt_sigaction rt_sigprocmask rt_sigreturn rt_sigsuspend sigaltstack signalfd4 kill tgkill restart_syscall',
    ),
    for: 'every',
  },
  {
    id: 'processes',
    reason: 'threads and child processes; clone only without the flags that make namespaces',
    names: ['clone'],
    when: noNamespaces,
    for: 'every',
  },
  {
    id: 'threads',
    reason:
      'what threads wait with, and what parents wait for; futex and membarrier are probed by V8 and OpenMP',
    names: words('vfork wait4 waitid setpgid getpgrp futex gettid sched_yield membarrier'),
    for: 'every',
  },
  {
    id: 'identity',
    reason: 'a process asks who it is; Node.js reads its capabilities before it trusts its environment',
    names: words(
      'getpid getppid getuid geteuid getgid getegid getgroups getresuid getresgid capget getrusage sched_getaffinity sched_getparam sched_getscheduler',
    ),
    for: 'every',
  },
  {
    id: 'time',
    reason: 'clocks, where the vDSO cannot answer, and sleeping',
    names: words('clock_gettime gettimeofday clock_nanosleep nanosleep'),
    for: 'every',
  },
  {
    id: 'read-files',
    reason: 'reading files and folders, in the old and the new form of each call; `ls -l` lists attributes',
    names: words(
      'open openat close read readv pread64 lseek stat fstat newfstatat statx statfs fstatfs access faccessat2 readlink readlinkat getdents64 getcwd chdir fadvise64 fcntl dup dup2 pipe2 listxattr llistxattr',
    ),
    for: 'every',
  },
  {
    id: 'write-files',
    reason: 'output, logs, and files in the scratch folder that come and go',
    names: words('write writev pwrite64 fsync umask unlink unlinkat'),
    for: 'every',
  },
  {
    id: 'wait',
    reason: "the event loops of Node.js, llama-server and PostgreSQL, and a shell's read",
    names: words('poll ppoll pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2'),
    for: 'every',
  },
  {
    id: 'sockets',
    reason: 'serving and asking over TCP, resolving names',
    names: words(
      'bind listen accept4 connect getsockname getpeername setsockopt getsockopt sendto recvfrom sendmsg recvmsg sendmmsg shutdown',
    ),
    for: 'every',
  },
  {
    id: 'socket',
    reason:
      'sockets within the machine, TCP and UDP, and the question for network interfaces; no other family',
    names: ['socket'],
    when: ordinarySockets,
    for: 'every',
  },
  {
    id: 'socketpair',
    reason: 'how Node.js talks to a child',
    names: ['socketpair'],
    when: unixPairs,
    for: 'every',
  },
  {
    id: 'ioctl',
    reason: 'what a terminal, a pipe and a socket are asked; never TIOCSTI, which types into a terminal',
    names: ['ioctl'],
    when: ioctls,
    for: 'every',
  },
  {
    id: 'prctl',
    reason: "a thread's name, a parent's death, names of memory; no filters, no tracing permissions",
    names: ['prctl'],
    when: prctls,
    for: 'every',
  },
  {
    id: 'change-files',
    reason: 'files that are kept: written in place, made durable, renamed into place',
    names: words(
      'fdatasync sync_file_range fallocate rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat chmod fchmod fchmodat utimensat flock truncate preadv pwritev copy_file_range fchdir syncfs',
    ),
    for: ['postgres', 'data-processor'],
  },
  {
    id: 'sizes',
    reason: 'files get their size, and so does memory that a process shares with a GPU',
    names: ['ftruncate'],
    for: ['postgres', 'data-processor', 'llm'],
  },
  {
    id: 'timers',
    reason: "PostgreSQL's timeouts, and those of programs that it starts",
    names: words('alarm setitimer getitimer timer_create timer_settime timer_delete'),
    for: ['postgres'],
  },
  {
    id: 'shared-memory',
    reason: "PostgreSQL's interlock between servers on one data folder, and memory that its processes share",
    names: words('shmget shmat shmctl shmdt'),
    for: ['postgres'],
  },
  {
    id: 'sessions',
    reason: "PostgreSQL's processes are led by one, and stand in groups of their own",
    names: words('setsid getsid getpgid accept'),
    for: ['postgres'],
  },
  {
    id: 'placement',
    reason: 'OpenMP and thread pools pin their threads',
    names: ['sched_setaffinity'],
    for: ['llm', 'vision', 'nlp', 'data-processor'],
  },
  {
    id: 'machine-memory',
    reason: 'llama-server and DuckDB size their buffers by what memory the machine has',
    names: ['sysinfo'],
    for: ['llm', 'data-processor'],
  },
  {
    id: 'large-memory',
    reason: 'models held in memory and near the threads that use them; memory that a GPU shares',
    names: words('mlock munlock get_mempolicy set_mempolicy mbind memfd_create sched_setscheduler'),
    for: ['llm'],
  },
  {
    id: 'graphics',
    reason:
      "a GPU's driver behind the language models, where a drop-in hands them one; never a terminal's requests",
    names: ['ioctl'],
    when: anyIoctlButTerminals,
    for: ['llm'],
  },
];

/** Calls that are seen and stay denied: whoever makes them does without. Name → reason. */
export const refused: Readonly<Record<string, string>> = {
  clone3: 'its flags lie in memory, where no filter reads them; answered with ENOSYS, C libraries take clone',
  io_uring_setup: 'goes around this filter; libuv asks at its start and goes on with threads',
  chown: 'an interactive bash gives its history file the owner that it has',
  setfsuid: 'bash and others ask for the identity that they have; nobody here has another',
  setfsgid: 'as setfsuid',
};
