import type { Report } from '../finding.ts';
import type { Project } from './project.ts';
import { type Fact, type Service, servicesOf } from './services.ts';

/** One service that two files describe: a pod for `podman kube play`, and a Quadlet unit. */
export interface Twins {
  readonly pod: Service;
  readonly unit: Service;
}

const known = new WeakMap<Project, readonly Twins[]>();

/** Podman would give both containers the same name: that of the pod, a dash, and the container's. */
export function twinsOf(project: Project): readonly Twins[] {
  const before = known.get(project);
  if (before) return before;
  const units = new Map<string, Service>();
  for (const service of servicesOf(project))
    if (service.kind === 'unit' && service.name !== undefined) units.set(service.name, service);
  const twins = servicesOf(project).flatMap((pod) => {
    const unit = pod.kind === 'pod' && pod.name !== undefined ? units.get(pod.name) : undefined;
    return unit ? [{ pod, unit }] : [];
  });
  known.set(project, twins);
  return twins;
}

/** A difference between what both write; what only one of them says is another rule's matter. */
export function* differ<T>(
  { unit }: Twins,
  what: string,
  inPod: Fact<T> | undefined,
  inUnit: Fact<T> | undefined,
  say: (value: T) => string = String,
): Generator<Report> {
  if (inPod === undefined || inUnit === undefined || inPod.value === inUnit.value) return;
  yield { at: inPod.at, message: difference(what, say(inPod.value), say(inUnit.value), unit.file) };
}

/** A difference between sets: `nothing` stands for an empty one. */
export function difference(what: string, here: string, there: string, file: string): string {
  return `${what} is ${clip(here)} here and ${clip(there)} in ${file}`;
}

export function listed(values: Iterable<string>): string {
  const sorted = [...new Set(values)].sort();
  return sorted.length > 0 ? sorted.join(', ') : 'nothing';
}

/** Bytes as one reads them. */
export function saidBytes(bytes: number): string {
  const unit = ['Gi', 'Mi', 'Ki'].find((_, index) => bytes % 1024 ** (3 - index) === 0 && bytes > 0);
  return unit ? `${bytes / 1024 ** (3 - ['Gi', 'Mi', 'Ki'].indexOf(unit))}${unit}` : String(bytes);
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
