import { extname } from 'node:path';
import { parse } from 'yaml';
import { messageOf } from './failure.ts';

export interface CdiProblem {
  what: string;
  /** The command that mends it, as root types it. */
  fix: string;
}

/** What a container that is given the device gets of the host. */
export interface CdiDevice {
  /** Fully qualified, such as `nvidia.com/gpu=all`. */
  name: string;
  /** Device nodes: where on the host, and where in the container. */
  nodes: readonly { hostPath: string; path: string }[];
  /** Libraries and settings: where on the host, and where in the container. */
  mounts: readonly { hostPath: string; path: string }[];
  /** Programs of the host's that are run when the container is made. */
  hooks: readonly string[];
}

export interface CdiSpec {
  path: string;
  devices: readonly CdiDevice[];
  problems: readonly CdiProblem[];
}

/** What is true of the machine that a spec speaks of. */
export interface CdiSurroundings {
  exists(path: string): boolean;
  /** Whether every user can open a device node. */
  isOpen(node: string): boolean;
  /** Version of NVIDIA's loaded kernel module. */
  nvidiaDriver: string | undefined;
}

interface Edits {
  deviceNodes?: Array<{ path: string; hostPath?: string }>;
  mounts?: Array<{ hostPath: string; containerPath: string }>;
  hooks?: Array<{ path: string }>;
}
interface Document {
  cdiVersion?: unknown;
  kind?: unknown;
  devices?: Array<{ name?: unknown; containerEdits?: Edits }>;
  containerEdits?: Edits;
}

/** https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md#released-versions */
const versions = /^(0\.[1-8]\.0|1\.[01]\.0)$/;
const kinds = /^[a-z0-9]([\w.-]*[a-z0-9])?\/[a-z]([\w-]*[a-z0-9])?$/i;

/** A spec's text as devices, or what keeps podman from reading it. */
export function parseCdiSpec(path: string, text: string): CdiSpec {
  const broken = (what: string, kind?: string): CdiSpec => ({
    path,
    devices: [],
    problems: [{ what, fix: renewal(path, kind) }],
  });
  let document: Document;
  try {
    document = parse(text) as Document;
  } catch (error) {
    return broken(`it does not parse: ${messageOf(error).split('\n')[0]}`);
  }
  const { cdiVersion, kind, devices, containerEdits } = document ?? {};
  if (typeof kind !== 'string' || !kinds.test(kind))
    return broken("its 'kind' is not of the form vendor/class");
  if (!versions.test(String(cdiVersion)))
    return broken(`its 'cdiVersion' is ${cdiVersion ?? 'missing'}, which is no released version`, kind);
  if (!Array.isArray(devices) || devices.length === 0) return broken("it has no 'devices'", kind);
  if (extname(path) === '.yml')
    return {
      ...broken(''),
      problems: [{ what: 'podman reads .yaml and .json, not .yml', fix: renaming(path) }],
    };
  return {
    path,
    devices: devices.map((device) =>
      deviceOf(`${kind}=${device.name}`, [containerEdits ?? {}, device.containerEdits ?? {}]),
    ),
    problems: [],
  };
}

function deviceOf(name: string, edits: readonly Edits[]): CdiDevice {
  const nodes = edits.flatMap(({ deviceNodes = [] }) => deviceNodes);
  return {
    name,
    nodes: nodes.map(({ path, hostPath }) => ({ path, hostPath: hostPath || path })),
    mounts: edits.flatMap(({ mounts = [] }) =>
      mounts.map(({ hostPath, containerPath }) => ({ hostPath, path: containerPath })),
    ),
    hooks: edits.flatMap(({ hooks = [] }) => hooks.map(({ path }) => path)),
  };
}

/** The specs with what became wrong since they were written: they are snapshots of a driver's files. */
export function judgeCdiSpecs(specs: readonly CdiSpec[], around: CdiSurroundings): CdiSpec[] {
  return specs.map((spec) => ({
    ...spec,
    problems: [...spec.problems, ...stale(spec, around), ...twice(spec, specs)],
  }));
}

function stale({ path, devices }: CdiSpec, around: CdiSurroundings): CdiProblem[] {
  const [kind] = devices[0]?.name.split('=') ?? [];
  const fix = renewal(path, kind);
  const nodes = unique(devices.flatMap((device) => device.nodes.map(({ hostPath }) => hostPath)));
  const files = unique(
    devices.flatMap(({ mounts, hooks }) => [...mounts.map(({ hostPath }) => hostPath), ...hooks]),
  );
  const isNvidia = kind?.startsWith('nvidia.com/');
  const made = files.flatMap(
    (file) => /\/lib(?:cuda|nvidia-ml)\.so\.(\d+\.[\d.]+)$/.exec(file)?.[1] ?? [],
  )[0];
  if (isNvidia && made && around.nvidiaDriver && made !== around.nvidiaDriver)
    return [{ what: `it is of driver ${made}, and ${around.nvidiaDriver} is loaded`, fix }];
  const gone = nodes.filter((node) => !around.exists(node));
  if (gone.length > 0 && isNvidia && around.nvidiaDriver === undefined)
    return [{ what: `NVIDIA's driver is not loaded: no ${some(gone)}`, fix: 'nvidia-modprobe -u -c 0' }];
  if (gone.length > 0) return [{ what: `device nodes are gone: ${some(gone)}`, fix }];
  const lost = files.filter((file) => !around.exists(file));
  if (lost.length > 0) return [{ what: `files are gone: ${some(lost)}`, fix }];
  const closed = nodes.filter((node) => computing.test(node) && !around.isOpen(node));
  if (closed.length > 0)
    return [{ what: `users may not open ${some(closed)}`, fix: `chmod a+rw ${closed.join(' ')}` }];
  return [];
}

/** Nodes without which nothing computes; others, such as those of displays, may stay closed. */
const computing = /^\/dev\/(nvidia(\d+|ctl|-uvm)|kfd)$/;

/** podman refuses a device that two specs of one folder define. */
function twice({ path, devices }: CdiSpec, specs: readonly CdiSpec[]): CdiProblem[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const names = new Set(devices.map(({ name }) => name));
  const other = specs.find(
    (spec) =>
      spec.path !== path &&
      spec.path.startsWith(`${folder}/`) &&
      spec.devices.some(({ name }) => names.has(name)),
  );
  if (other === undefined) return [];
  return [{ what: `${other.path} defines the same devices`, fix: `rm ${other.path}` }];
}

/** The command of the maker's own tool that writes the spec again. */
function renewal(path: string, kind?: string): string {
  const target = path.replace(/\.yml$/, '.yaml');
  const vendor = kind?.split('/')[0] ?? /nvidia|amd/.exec(path)?.[0] ?? '';
  if (vendor.startsWith('nvidia')) return nvidiaRenewal(target);
  if (vendor.startsWith('amd')) return `amd-ctk cdi generate --output=${target}`;
  return `rm ${path}`;
}

export function nvidiaRenewal(path = '/etc/cdi/nvidia.yaml'): string {
  return `nvidia-ctk cdi generate --output=${path}`;
}

function renaming(path: string): string {
  return `mv ${path} ${path.replace(/\.yml$/, '.yaml')}`;
}

function some(paths: readonly string[]): string {
  return paths.length > 2 ? `${paths.slice(0, 2).join(', ')} and ${paths.length - 2} more` : paths.join(', ');
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
