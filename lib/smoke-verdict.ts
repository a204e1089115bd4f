import type { Placement } from './engine-placement.ts';

export interface Confinement {
  /** Whether a seccomp filter is loaded. */
  seccomp: boolean;
  noNewPrivileges: boolean;
  noCapabilities: boolean;
  readOnlyRoot: boolean;
  /** SELinux label, or the profile of another security module. */
  label: string;
}

/** From a container's /proc/1/status, /proc/1/attr/current and mount(8), one after the other. */
export function parseConfinement(text: string): Confinement {
  const has = (pattern: RegExp) => pattern.test(text);
  return {
    seccomp: has(/^Seccomp:\s+2$/m),
    noNewPrivileges: has(/^NoNewPrivs:\s+1$/m),
    noCapabilities: has(/^CapEff:\s+0+$/m),
    readOnlyRoot: has(/ on \/ type \S+ \(ro[,)]/),
    label: /^\w+:\w+:\w+:[^\s\0]+/m.exec(text)?.[0] ?? 'none',
  };
}

const measures = {
  seccomp: 'seccomp is off',
  noNewPrivileges: 'no-new-privileges is off',
  noCapabilities: 'it holds capabilities',
  readOnlyRoot: 'its root filesystem is writable',
} as const;

interface Evidence {
  problem?: string;
  nodes: readonly { path: string; held: boolean }[];
  confinement: Confinement;
  placement: { gpu?: Placement; cpu?: Placement };
}

/** Why a run does not prove that the GPU computes and everything else stays locked; empty where it does. */
export function smokeProblems({ problem, nodes, confinement, placement }: Evidence): string[] {
  const missing = nodes.filter(({ held }) => !held).map(({ path }) => path);
  const open = Object.entries(measures).flatMap(([key, what]) =>
    confinement[key as keyof typeof measures] ? [] : [`${what} in the container`],
  );
  return [
    ...(nodes.length === 0 ? ['the CDI spec names no device node'] : []),
    ...(missing.length > 0 ? [`not in the container: ${missing.join(', ')}`] : []),
    ...open,
    ...(/:(spc_t|unconfined_t):/.test(confinement.label)
      ? [`SELinux does not confine it: ${confinement.label}`]
      : []),
    ...(problem ? [`not on the GPU: ${problem}`] : placementProblems(placement)),
  ];
}

function placementProblems({ gpu, cpu }: Evidence['placement']): string[] {
  if (gpu === undefined || cpu === undefined)
    return ["the engine's log does not arrive, so nothing says where the model lies"];
  const { backend, layers } = gpu;
  if (backend === 'CPU') return ['not on the GPU: the engine put the model on the CPU'];
  if (layers === undefined || layers.offloaded < layers.total)
    return [`not on the GPU as a whole: ${layers?.offloaded ?? 'unknown'} of ${layers?.total ?? '?'} layers`];
  return cpu.backend === 'CPU' ? [] : [`the model to compare with is on ${cpu.backend}, not on the CPU`];
}
