import type { Host } from '../host.ts';

/** A process as the kernel describes it, seen from within its container. */
export interface Identity {
  name: string;
  /** Real, effective, saved and file-system id. */
  uid: string;
  gid: string;
  groups: string;
  /** Inheritable, permitted, effective, bounding and ambient sets, in hexadecimal. */
  capabilities: string;
  noNewPrivileges: string;
  seccomp: string;
  /** SELinux context; empty where SELinux is off. */
  label: string;
  cgroup: string;
}

/** 'ok', what an attempt returned, or the error's code: by what was attempted. */
export type Outcomes = Readonly<Record<string, string>>;

/** What inside.cjs prints. */
export interface Inside {
  /** The observer, which `podman exec` started. */
  self: Identity;
  /** The container's first process. */
  first: Identity;
  processes: ReadonlyArray<Identity & { pid: number }>;
  /** Process ids that are there and may not be looked at: SELinux denies that, not the process namespace. */
  hidden: readonly number[];
  /** /proc/self/mountinfo. */
  mounts: string;
  writes: Outcomes;
  executions: Outcomes;
  /** `char 1:3 /dev/null`; `unread ? /dev/x` for a folder that could not be read. */
  devices: readonly string[];
  masked: Outcomes;
  kernelFiles: Outcomes;
  /** Sockets of container engines that are there. */
  sockets: readonly string[];
  secrets: {
    found: readonly string[];
    /** Whether one that it holds is in the environment of a process. */
    inEnvironment: boolean;
    /** Of every process that could be read, as the kernel has it. */
    environments: readonly string[];
    environmentRead: boolean;
    unread: readonly string[];
  };
  routes: readonly string[];
  connections: Outcomes;
  /** What the name server said to a question: an error's code. */
  names: string;
  binds: Outcomes;
  /** TCP ports that something in the pod listens on. */
  addresses: readonly number[];
}

/** The container's first process and its limits, seen from the host. */
export interface Outside {
  pid: number;
  uid: number;
  uidMap: string;
  label: string;
  /** Content of the container's cgroup v2 files; `undefined` where there are none. */
  cgroup: { memoryMax: string; swapMax: string | undefined; pidsMax: string } | undefined;
  /** The seccomp filter that the runtime was given. */
  seccomp: SeccompProfile | undefined;
  /** `127.0.0.1:8080->8080`: where podman's port forwarders listen for this pod. */
  published: readonly string[];
}

export interface SeccompProfile {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures?: readonly string[];
  syscalls: ReadonlyArray<{
    names: readonly string[];
    action: string;
    errnoRet?: number;
    args?: ReadonlyArray<{ index: number; op: string; value: number; valueTwo?: number }>;
  }>;
}

/** What became of stress in a twin of the container, which has the same limits. */
export interface Stress {
  /** Processes alive when no more could be made; `undefined` where it never came to that. */
  processes: number | undefined;
  /** How the process ended that took memory without end. */
  memory: string;
  /** What became of the pod's services meanwhile; empty where they went on. */
  disturbed: readonly string[];
}

/** What the container is held against, beside its service's description. */
export interface Declared {
  /** The pod, or the twin: its volumes and secrets are named after it. */
  owner: string;
  /** The address that the gateway is published on; `undefined` where nothing is to be published. */
  bind: string | undefined;
  /** Folders of podman's that are closed to it. */
  closed: readonly string[];
  /** The values of all secrets of the pod, whoever holds them. */
  secrets: readonly string[];
  /** What a GPU that is handed to the language models brings with it: device nodes, and files of the host's. */
  gpu: { nodes: readonly string[]; mounts: ReadonlyArray<{ hostPath: string; path: string }> };
}

export interface Observation {
  host: Pick<Host, 'selinux' | 'cgroup'>;
  declared: Declared;
  inside: Inside;
  outside: Outside;
  /** Outcome of each system call by number, see sweep.pl; `undefined` where there is no table of this architecture. */
  sweep: ReadonlyMap<number, string> | undefined;
  /** The committed profile of the service. */
  profile: SeccompProfile | undefined;
  stress: Stress | undefined;
}
